package io.tabellion.bench.calls;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Executed;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import java.time.InstantSource;
import java.util.List;

/**
 * The two entries of a simple call of the benchmark, as our server drafts them: the same facts, and
 * request and answer as their contents.
 *
 * @param intent before the call goes on
 * @param outcome before its answer goes back
 */
record CallEntries(Entry intent, Entry outcome) {

  /** Makes the entries of the call with this id. */
  static CallEntries of(long id, InstantSource clock) {
    Call call = Call.of(id);
    Entry intent =
        new Entry(
            EntryId.next(clock),
            EntryKind.CALL_INTENT,
            shared(call)
                .put(Fact.MESSAGE, "request")
                .put(Fact.DIRECTION, "client-to-server")
                .put(Fact.DECISION, Disposition.ALLOWED)
                .put(Fact.RULES, List.of("all"))
                .put(Fact.POLICY, digest(1))
                .put(Fact.BODY_DIGEST, digest(id))
                .put(Fact.SENT_DIGEST, digest(id))
                .put(Fact.BYTES, call.body().length())
                .build(),
            content(call.body()));
    Entry outcome =
        new Entry(
            EntryId.next(clock),
            EntryKind.CALL_OUTCOME,
            shared(call)
                .put(Fact.INTENT, intent.id().toString())
                .put(Fact.MESSAGE, "result")
                .put(Fact.DIRECTION, "server-to-client")
                .put(Fact.OUTCOME, Outcome.OK)
                .put(Fact.EXECUTED, Executed.YES)
                .put(Fact.HTTP_STATUS, 200)
                .put(Fact.BODY_DIGEST, digest(-id))
                .put(Fact.SENT_DIGEST, digest(-id))
                .put(Fact.BYTES, call.answer().length())
                .build(),
            content(call.answer()));
    return new CallEntries(intent, outcome);
  }

  private static Facts.Builder shared(Call call) {
    return Facts.builder()
        .put(Fact.EXCHANGE, "00000000-0000-7000-8000-%012x".formatted(call.id()))
        .put(Fact.REQUEST_ID, "00000000-0000-4000-8000-%012x".formatted(call.id()))
        .put(Fact.CONVERSATION, digest(2))
        .put(Fact.OWNER, digest(3))
        .put(Fact.IDENTITY, "anonymous")
        .put(Fact.SOURCE, "127.0.0.1:50000")
        .put(Fact.CLAIMED_CLIENT, "tabellion-bench/1.0.0")
        .put(Fact.SERVER, "sample")
        .put(Fact.ERA, "stateless")
        .put(Fact.REVISION, "2026-07-28")
        .put(Fact.HTTP_METHOD, "POST")
        .put(Fact.METHOD, "tools/call")
        .put(Fact.RPC_ID, Long.toString(call.id()))
        .put(Fact.TOOL, call.tool())
        .put(Fact.MEDIA_TYPE, "application/json");
  }

  /** Something that looks like a keyed digest. */
  private static String digest(long n) {
    return "%016x".formatted(n * 0x9e37_79b9_7f4a_7c15L).repeat(4);
  }

  private static Entry.Content content(String json) {
    return new Entry.Content("application/json", ByteString.copyFromUtf8(json));
  }
}
