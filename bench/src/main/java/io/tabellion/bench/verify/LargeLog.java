package io.tabellion.bench.verify;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Executed;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Writes a log of many calls, as the server does, but with many calls in a group. */
final class LargeLog {
  private static final int CALLS_AT_ONCE = 500;

  /** That of {@link io.tabellion.parties.TabellionServer}, which serves such logs too. */
  private static final String ORIGIN = "test.example/tabellion";

  private static final InstantSource CLOCK = InstantSource.system();

  private final Random random = new Random(1);
  private final int asked;
  private final int answered;

  private LargeLog(int asked, int answered) {
    this.asked = asked;
    this.answered = answered;
  }

  /** Writes a log of {@code entries} entries of calls: an intent and an outcome each. */
  static void write(Path directory, long entries) throws IOException, InterruptedException {
    new LargeLog(300, 700).writeCalls(directory, entries / 2, CALLS_AT_ONCE);
  }

  /** Writes a log of at least {@code bytes} bytes of calls with large answers. */
  static void writeBytes(Path directory, long bytes) throws IOException, InterruptedException {
    int call = 100_000;
    new LargeLog(1000, call).writeCalls(directory, bytes / call, 100);
  }

  private void writeCalls(Path directory, long calls, int atOnce)
      throws IOException, InterruptedException {
    try (FileAuditLog log = open(directory)) {
      for (long left = calls; left > 0; left -= atOnce) {
        log.append(calls((int) Math.min(left, atOnce)));
      }
    }
  }

  /** Opens such a log. */
  static FileAuditLog open(Path directory) throws IOException {
    LogSettings settings = LogSettings.of(directory, ORIGIN, "bench");
    return FileAuditLog.open(settings, CLOCK, new Metrics());
  }

  /** Builds its search index, as a server that runs beside it would have. */
  static void index(Path directory) throws IOException {
    try (FileAuditLog log = open(directory)) {
      SearchIndex.open(directory, log.reader(), log.keyedHash()).close();
    }
  }

  private List<Entry> calls(int count) {
    List<Entry> calls = new ArrayList<>(2 * count);
    for (int i = 0; i < count; i++) {
      EntryId id = EntryId.next(CLOCK);
      Facts intent =
          shared()
              .put(Fact.DECISION, Disposition.ALLOWED)
              .put(Fact.RULES, List.of("readers may look things up"))
              .put(Fact.BODY_DIGEST, digest())
              .build();
      calls.add(new Entry(id, EntryKind.CALL_INTENT, intent, content(asked)));
      Facts outcome =
          shared()
              .put(Fact.INTENT, id.toString())
              .put(Fact.OUTCOME, Outcome.OK)
              .put(Fact.EXECUTED, Executed.YES)
              .put(Fact.HTTP_STATUS, 200)
              .put(Fact.SENT_DIGEST, digest())
              .build();
      calls.add(new Entry(EntryId.next(CLOCK), EntryKind.CALL_OUTCOME, outcome, content(answered)));
    }
    return calls;
  }

  private Facts.Builder shared() {
    return Facts.builder()
        .put(Fact.CONVERSATION, digest())
        .put(Fact.OWNER, digest())
        .put(Fact.SESSION, digest())
        .put(Fact.SUBJECT, "alice@example.com")
        .put(Fact.SERVER, "sample")
        .put(Fact.METHOD, "tools/call")
        .put(Fact.TOOL, "find_customer");
  }

  private Entry.Content content(int size) {
    byte[] bytes = new byte[size / 2];
    random.nextBytes(bytes);
    String text = "{\"text\":\"" + HexFormat.of().formatHex(bytes) + "\"}";
    return new Entry.Content("application/json", ByteString.copyFromUtf8(text));
  }

  private String digest() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
