package io.tabellion.audit.verify;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What calls must look like: an outcome and the entries of a stream name an intent that stands
 * before them; an intent is closed once; nothing of its stream follows its end; events count up.
 *
 * <p>Belongs to one thread.
 */
final class Calls {
  private static final int LISTED = 20;

  private final Report report;
  private final Map<String, Call> calls = new HashMap<>();
  private final Map<String, Long> events = new HashMap<>();
  private final Map<String, Call> open = new LinkedHashMap<>();
  private long outcomes;

  /** An intent. */
  private static final class Call {
    private final String place;
    private final String writer;
    private final String boot;
    private boolean closed;

    Call(String place, LeafReading leaf) {
      this.place = place;
      this.writer = leaf.text("writer");
      this.boot = leaf.text("boot");
    }
  }

  Calls(Report report) {
    this.report = report;
  }

  void add(String place, LeafReading leaf) {
    switch (leaf.text("kind")) {
      case "call.intent" -> intent(place, leaf);
      case "call.outcome" -> outcome(place, leaf);
      case "stream.open", "stream.event" -> stream(place, leaf);
      default -> {}
    }
  }

  void end() {
    report.fact(
        "calls", calls.size() + " intents, " + outcomes + " outcomes, " + open.size() + " open");
    open.values().stream()
        .limit(LISTED)
        .forEach(call -> report.note(call.place, "intent is open: no outcome yet"));
  }

  private void intent(String place, LeafReading leaf) {
    Call call = new Call(place, leaf);
    // A writer closes what its earlier boots left open before it takes calls again.
    open.values()
        .removeIf(left -> {
          boolean forgotten = left.writer.equals(call.writer) && !left.boot.equals(call.boot);
          if (forgotten) {
            report.violation(left.place, "intent is open although a later boot takes calls");
          }
          return forgotten;
        });
    calls.put(leaf.text("id"), call);
    if (leaf.text("decision").equals("allowed")) {
      open.put(leaf.text("id"), call);
    }
  }

  private void outcome(String place, LeafReading leaf) {
    outcomes++;
    Call call = calls.get(leaf.text("intent"));
    if (call == null) {
      report.violation(place, "outcome names no intent before it");
      return;
    }
    if (call.closed) {
      report.violation(place, "intent is closed twice");
    }
    call.closed = true;
    open.remove(leaf.text("intent"));
  }

  private void stream(String place, LeafReading leaf) {
    Call call = calls.get(leaf.text("intent"));
    if (call == null) {
      report.violation(place, "entry of a stream names no intent before it");
      return;
    }
    if (call.closed) {
      report.violation(place, "entry of a stream stands behind the outcome of its intent");
    }
    if (leaf.text("kind").equals("stream.event")) {
      String stream = leaf.text("exchange").isEmpty() ? leaf.text("intent") : leaf.text("exchange");
      Long before = events.put(stream, leaf.number("event"));
      if (before != null && leaf.number("event") <= before) {
        report.violation(place, "events of a stream do not count up");
      }
    }
  }
}
