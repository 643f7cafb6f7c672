package io.tabellion.bench.calls;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A log of many calls, with its index: 500 callers, 200 tools, 20 servers. One call alone, after a
 * third of the log, has a value of its own in each field.
 */
final class ManyEntries {
  /** What the one call has in each field that is text. */
  static final String RARE = "rare";

  /** The rare call's Envoy request id. */
  static final String RARE_REQUEST = "11111111-2222-4333-8444-555555555555";

  private static final int GROUP = 2000;
  private static final InstantSource CLOCK = InstantSource.system();

  private ManyEntries() {}

  /**
   * Writes the log and its index.
   *
   * @return nanoseconds that the index took
   */
  static long write(Path directory, String origin, int entries)
      throws IOException, InterruptedException {
    LogSettings settings = LogSettings.of(directory, origin, "bench");
    try (FileAuditLog log = FileAuditLog.open(settings, CLOCK, new Metrics())) {
      List<Entry> group = new ArrayList<>();
      for (int call = 0; call < entries / 2; call++) {
        group.addAll(call(call, call == entries / 6));
        if (group.size() >= GROUP) {
          log.append(group);
          group = new ArrayList<>();
        }
      }
      if (!group.isEmpty()) {
        log.append(group);
      }
      long begun = System.nanoTime();
      SearchIndex.open(directory, log.reader(), log.keyedHash()).close();
      return System.nanoTime() - begun;
    }
  }

  private static List<Entry> call(int n, boolean rare) {
    EntryId id = EntryId.next(CLOCK);
    Facts said = rare ? rare() : common(n);
    Entry intent =
        new Entry(id, EntryKind.CALL_INTENT, said, n % 10 == 0 || rare ? content(n, rare) : null);
    Facts ended =
        Facts.builder()
            .put(Fact.INTENT, id.toString())
            .put(Fact.CONVERSATION, said.text(Fact.CONVERSATION))
            .put(Fact.SESSION, said.text(Fact.SESSION))
            .put(Fact.SUBJECT, said.text(Fact.SUBJECT))
            .put(Fact.SERVER, said.text(Fact.SERVER))
            .put(Fact.METHOD, "tools/call")
            .put(Fact.TOOL, said.text(Fact.TOOL))
            .put(
                Fact.OUTCOME,
                rare ? Outcome.UNKNOWN : n % 50 == 0 ? Outcome.TOOL_ERROR : Outcome.OK)
            .build();
    EntryKind kind = rare ? EntryKind.ERASURE : EntryKind.CALL_OUTCOME;
    return List.of(intent, new Entry(EntryId.next(CLOCK), kind, ended, null));
  }

  private static Facts common(int n) {
    return Facts.builder()
        .put(Fact.REQUEST_ID, "00000000-0000-4000-8000-%012x".formatted(n))
        .put(Fact.CONVERSATION, digest(n / 50))
        .put(Fact.SESSION, digest(n / 50 + 1_000_000))
        .put(Fact.SUBJECT, "caller-" + n % 500)
        .put(Fact.CLIENT_ID, "client-" + n % 30)
        .put(Fact.CLAIMED_CLIENT, "agent/1." + n % 9)
        .put(Fact.GROUPS, List.of("all", "team-" + n % 40))
        .put(Fact.SOURCE, "10.0.%d.%d:%d".formatted(n % 8, n % 200, 20_000 + n % 30_000))
        .put(Fact.SERVER, "server-" + n % 20)
        .put(Fact.METHOD, "tools/call")
        .put(Fact.TOOL, "tool_" + n % 200)
        .put(Fact.DECISION, n % 25 == 0 ? Disposition.DENIED : Disposition.ALLOWED)
        .put(Fact.RULES, List.of("rule-" + n % 60))
        .put(Fact.POLICY, digest(n % 3))
        .build();
  }

  private static Facts rare() {
    return Facts.builder()
        .put(Fact.REQUEST_ID, RARE_REQUEST)
        .put(Fact.CONVERSATION, digest(-1))
        .put(Fact.SESSION, digest(-2))
        .put(Fact.SUBJECT, RARE)
        .put(Fact.CLIENT_ID, RARE)
        .put(Fact.GROUPS, List.of("all", RARE))
        .put(Fact.SOURCE, "192.0.2.77:1234")
        .put(Fact.SERVER, RARE)
        .put(Fact.METHOD, "tools/call")
        .put(Fact.TOOL, RARE)
        .put(Fact.DECISION, Disposition.WITHHELD)
        .put(Fact.REASON, "too-large")
        .put(Fact.RULES, List.of(RARE))
        .put(Fact.POLICY, digest(-3))
        .build();
  }

  /** Something that looks like a keyed digest. */
  static String digest(int n) {
    return "%064x".formatted(0x5bd1e995L * (n + 7));
  }

  private static Entry.Content content(int n, boolean rare) {
    String text =
        "{\"query\":\"customer %d of region %d%s\"}".formatted(n, n % 12, rare ? " xylophone" : "");
    return new Entry.Content("application/json", ByteString.copyFromUtf8(text));
  }
}
