package io.tabellion.audit.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Each writer's chain: every entry names the hash of the one before, counts on within its boot, and
 * has an id of its own.
 *
 * <p>Belongs to one thread.
 */
final class Chains {
  private static final String NONE = "0".repeat(64);

  private final Report report;
  private final String origin;
  private final Map<String, Last> writers = new HashMap<>();
  private final Set<String> ids = new HashSet<>();

  /** The newest entry of a writer. */
  private record Last(String hash, String boot, long n, long heartbeat) {}

  Chains(Report report, String origin) {
    this.report = report;
    this.origin = origin;
  }

  void add(String place, LeafReading leaf, String hash) {
    if (!leaf.text("log").equals(origin)) {
      report.violation(place, "leaf is of another log");
    }
    if (!ids.add(leaf.text("id"))) {
      report.violation(place, "entry id is used twice");
    }
    String writer = leaf.text("writer");
    Last last = writers.getOrDefault(writer, new Last(NONE, "", 0, 0));
    if (!leaf.text("prev").equals(last.hash())) {
      report.violation(place, "prev is not the hash of the writer's entry before");
    }
    boolean sameBoot = leaf.text("boot").equals(last.boot());
    long before = sameBoot ? last.n() : 0;
    if (leaf.number("n") != before + 1) {
      report.violation(
          place, "n is " + leaf.number("n") + " (expected: " + (before + 1) + ", without holes)");
    }
    long heartbeat = heartbeat(place, leaf, sameBoot ? last.heartbeat() : 0);
    writers.put(writer, new Last(hash, leaf.text("boot"), leaf.number("n"), heartbeat));
  }

  private long heartbeat(String place, LeafReading leaf, long before) {
    if (!leaf.text("kind").equals("heartbeat")) {
      return before;
    }
    boolean next =
        !leaf.list("counters").isEmpty()
            && leaf.list("counters").getFirst().equals("heartbeat=" + (before + 1));
    if (!next) {
      report.violation(place, "heartbeat is missing: expected heartbeat=" + (before + 1));
    }
    return before + 1;
  }
}
