package io.tabellion.audit.verify;

import java.util.HashMap;
import java.util.Map;

/**
 * Each writer's chain: every entry names the hash of the one before, and counts on within its boot.
 *
 * <p>Belongs to one thread.
 */
final class Chains {
  private static final String NONE = "0".repeat(64);

  private final Report report;
  private final String origin;
  private final Map<String, Last> writers = new HashMap<>();
  private boolean anyWriterMayBeNew = true;

  /**
   * The newest entry of a writer.
   *
   * @param loose whether entries may be missing behind it, which were reported
   */
  private record Last(String hash, String boot, long n, long heartbeat, boolean loose) {}

  Chains(Report report, String origin) {
    this.report = report;
    this.origin = origin;
  }

  /** Entries are missing here, which was reported: what follows need not follow the one before. */
  void skip() {
    anyWriterMayBeNew = false;
    writers.replaceAll(
        (_, last) -> new Last(last.hash(), last.boot(), last.n(), last.heartbeat(), true));
  }

  void add(long index, LeafReading leaf, String hash) {
    if (!leaf.text("log").equals(origin)) {
      report.violation(index, "leaf is of another log");
    }
    String writer = leaf.text("writer");
    Last last = writers.getOrDefault(writer, new Last(NONE, "", 0, 0, !anyWriterMayBeNew));
    if (!last.loose() && !leaf.text("prev").equals(last.hash())) {
      report.violation(index, "prev is not the hash of the writer's entry before");
    }
    boolean sameBoot = leaf.text("boot").equals(last.boot());
    long before = sameBoot ? last.n() : 0;
    boolean counts = last.loose() ? leaf.number("n") > before : leaf.number("n") == before + 1;
    if (!counts) {
      report.violation(
          index, "n is " + leaf.number("n") + " (expected: " + (before + 1) + ", without holes)");
    }
    long beats = sameBoot ? last.heartbeat() : last.loose() ? -1 : 0;
    long heartbeat = heartbeat(index, leaf, beats, last.loose());
    writers.put(writer, new Last(hash, leaf.text("boot"), leaf.number("n"), heartbeat, false));
  }

  /** Returns the number of the newest heartbeat; -1 if it is not known. */
  private long heartbeat(long index, LeafReading leaf, long before, boolean loose) {
    if (!leaf.text("kind").equals("heartbeat")) {
      return loose ? -1 : before;
    }
    String first =
        leaf.list("counters").isEmpty() ? "" : String.valueOf(leaf.list("counters").getFirst());
    long found =
        first.matches("heartbeat=[0-9]{1,18}")
            ? Long.parseLong(first.substring("heartbeat=".length()))
            : -1;
    boolean free = loose || before < 0;
    if (free ? found < 1 : found != before + 1) {
      report.violation(
          index, "heartbeat is missing: expected heartbeat=" + Math.max(before + 1, 1));
    }
    return free ? found : before + 1;
  }
}
