package io.tabellion.audit.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one reading could not settle without holding every id in memory: ids that may be used twice,
 * and entries that name an intent which is not open. A second reading settles it; there is none if
 * nothing is in doubt.
 *
 * <p>Belongs to one thread.
 */
final class Doubts {
  /** More are not looked up one by one. */
  private static final int MOST = 1 << 20;

  private final Report report;
  private final Ids ids = new Ids();
  private final Set<String> repeated = new HashSet<>();
  private final List<Reference> references = new ArrayList<>();
  private long left;

  /** An entry that names an intent. */
  private record Reference(long index, String intent, boolean outcome) {}

  /** What the second reading finds of an id. */
  private static final class Found {
    private final List<Long> entries = new ArrayList<>();
    private final List<Long> outcomes = new ArrayList<>();
    private long intent = -1;
  }

  /** Reads the log again. */
  interface Again {
    void read(Visitor visitor) throws IOException;
  }

  /** Takes each entry. */
  interface Visitor {
    void visit(long index, LeafReading leaf);
  }

  Doubts(Report report) {
    this.report = report;
  }

  /**
   * Adds the id of the next entry.
   *
   * @param read what it is as a number; null if it is none
   */
  void id(String id, Ids.@Nullable Id read) {
    if (!ids.add(read)) {
      if (repeated.size() < MOST) {
        repeated.add(id);
      } else {
        left++;
      }
    }
  }

  /** Adds an entry that names an intent which is not open. */
  void reference(long index, String intent, boolean outcome) {
    if (references.size() < MOST) {
      references.add(new Reference(index, intent, outcome));
    } else {
      left++;
    }
  }

  void settle(Again again) throws IOException {
    if (repeated.isEmpty() && references.isEmpty()) {
      return;
    }
    Map<String, Found> found = new HashMap<>();
    repeated.forEach(id -> found.put(id, new Found()));
    references.forEach(reference -> found.put(reference.intent(), new Found()));
    again.read((index, leaf) -> note(found, index, leaf));
    for (String id : repeated) {
      List<Long> entries = found.getOrDefault(id, new Found()).entries;
      entries.stream()
          .skip(1)
          .forEach(index ->
              report.violation(
                  index, "entry id is used twice (first in entry " + entries.getFirst() + ")"));
    }
    references.forEach(
        reference -> settle(reference, found.getOrDefault(reference.intent(), new Found())));
    if (left > 0) {
      report.violation("calls", left + " more entries were in doubt and not looked up one by one");
    }
  }

  private static void note(Map<String, Found> found, long index, LeafReading leaf) {
    Found own = found.get(leaf.text("id"));
    if (own != null) {
      own.entries.add(index);
      if (own.intent < 0 && leaf.text("kind").equals("call.intent")) {
        own.intent = index;
      }
    }
    Found intent = found.get(leaf.text("intent"));
    if (intent != null && leaf.text("kind").equals("call.outcome")) {
      intent.outcomes.add(index);
    }
  }

  private void settle(Reference reference, Found found) {
    boolean known = found.intent >= 0 && found.intent < reference.index();
    boolean closed = !found.outcomes.isEmpty() && found.outcomes.getFirst() < reference.index();
    if (!known) {
      violation(
          reference,
          reference.outcome()
              ? "outcome names no intent before it"
              : "entry of a stream names no intent before it");
    } else if (closed) {
      violation(
          reference,
          reference.outcome()
              ? "intent is closed twice"
              : "entry of a stream stands behind the outcome of its intent");
    }
  }

  private void violation(Reference reference, String what) {
    report.violation(reference.index(), what);
  }
}
