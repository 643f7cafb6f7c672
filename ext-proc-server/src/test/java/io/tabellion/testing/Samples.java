package io.tabellion.testing;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.KeyedHash;
import io.tabellion.secret.SecretBytes;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Entries as the line makes them. */
public final class Samples {
  private Samples() {}

  /** An intent of {@code subject} to call {@code tool}; with {@code said} as its content. */
  public static Entry intent(
      InstantSource clock, String subject, String tool, @Nullable String said) {
    Facts facts =
        Facts.builder()
            .put(Fact.CONVERSATION, digest(subject))
            .put(Fact.OWNER, digest("owner " + subject))
            .put(Fact.SESSION, digest("session " + subject))
            .put(Fact.SUBJECT, subject)
            .put(Fact.CLIENT_ID, "client-" + subject)
            .put(Fact.CLAIMED_CLIENT, "inspector/1.2")
            .put(Fact.SERVER, "sample")
            .put(Fact.METHOD, "tools/call")
            .put(Fact.TOOL, tool)
            .put(Fact.DECISION, tool.equals("forbidden") ? "denied" : "allowed")
            .build();
    return entry(clock, EntryKind.CALL_INTENT, facts, said);
  }

  /** The outcome of an intent. */
  public static Entry outcome(InstantSource clock, Entry intent, String said) {
    Facts facts =
        Facts.builder()
            .put(Fact.INTENT, intent.id().toString())
            .put(Fact.CONVERSATION, intent.facts().text(Fact.CONVERSATION))
            .put(Fact.SERVER, "sample")
            .put(Fact.METHOD, "tools/call")
            .put(Fact.OUTCOME, "ok")
            .put(Fact.HTTP_STATUS, 200)
            .build();
    return entry(clock, EntryKind.CALL_OUTCOME, facts, said);
  }

  /** Any entry. */
  public static Entry entry(
      InstantSource clock, EntryKind kind, Facts facts, @Nullable String said) {
    return new Entry(
        EntryId.next(clock),
        kind,
        facts,
        said == null ? null : new Entry.Content("application/json", ByteString.copyFromUtf8(said)));
  }

  /** Something that looks like a keyed digest. */
  public static String digest(String of) {
    return HASH.of("sample", of);
  }

  /** A keyed hash with a key that everybody knows. */
  public static final KeyedHash HASH = new HmacKeyedHash(SecretBytes.copyOf(new byte[32]));
}
