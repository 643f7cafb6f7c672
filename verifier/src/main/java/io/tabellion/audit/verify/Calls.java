package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What calls must look like: an outcome and the entries of a stream name an intent that stands
 * before them; an intent is closed once; nothing of its stream follows its end; events count up.
 *
 * <p>Belongs to one thread. Holds the intents that are open; what names another one is looked up
 * once more at the end ({@link Doubts}).
 */
final class Calls {
  private static final int LISTED = 20;

  private final Report report;
  private final Doubts doubts;
  private final Map<String, Call> open = new LinkedHashMap<>();
  private final Map<String, Stream> streams = new HashMap<>();
  private final Map<String, String> boots = new HashMap<>(); // writer to its newest boot
  private final Map<String, Long> decisions = new TreeMap<>();
  private long intents;
  private long outcomes;
  private long events;
  private long unknown;
  private boolean damaged;

  /** An intent. */
  private static final class Call {
    private final long index;
    private final String writer;
    private final String boot;
    private final List<String> streams = new ArrayList<>();

    Call(long index, LeafReading leaf) {
      this.index = index;
      this.writer = leaf.text("writer");
      this.boot = leaf.text("boot");
    }
  }

  /** The newest event of a stream, and how many open intents it belongs to. */
  private static final class Stream {
    private long event = Long.MIN_VALUE;
    private int owners;
  }

  Calls(Report report, Doubts doubts) {
    this.report = report;
    this.doubts = doubts;
  }

  /** Entries are missing here, which was reported. */
  void skip() {
    damaged = true;
  }

  void add(long index, LeafReading leaf) {
    switch (leaf.text("kind")) {
      case "call.intent" -> intent(index, leaf);
      case "call.outcome" -> outcome(index, leaf);
      case "stream.open", "stream.event" -> stream(index, leaf);
      default -> {}
    }
  }

  void end() {
    long allowed = decisions.getOrDefault("allowed", 0L);
    report.fact("calls", Long.toString(intents), "intents: requests that were judged");
    decisions.forEach((decision, count) ->
        report.part(
            decision.isEmpty() ? "undecided" : decision,
            count,
            decision.equals("allowed") ? "each has an outcome or is open" : "need no outcome"));
    report.part("outcomes", outcomes, "each names its intent");
    report.part("open", open.size(), "allowed, and no outcome yet");
    report.part("events", events, "parts of streamed answers, each within its call");
    if (unknown > 0) {
      report.note(
          "calls",
          unknown + " outcomes and events name intents that are not readable: see the violations");
    }
    if (damaged && allowed + unknown != outcomes + open.size()) {
      report.note("calls", "the counts do not add up, because entries are missing or damaged");
    }
    open.values().stream()
        .limit(LISTED)
        .forEach(call -> report.note(Report.entry(call.index), "intent is open: no outcome yet"));
    if (open.size() > LISTED) {
      report.note("calls", (open.size() - LISTED) + " more intents are open");
    }
  }

  private void intent(long index, LeafReading leaf) {
    intents++;
    decisions.merge(leaf.text("decision"), 1L, Long::sum);
    Call call = new Call(index, leaf);
    if (!call.boot.equals(boots.put(call.writer, call.boot))) {
      forget(index, call);
    }
    if (leaf.text("decision").equals("allowed")) {
      open.put(leaf.text("id"), call);
      own(call, leaf.text("exchange").isEmpty() ? leaf.text("id") : leaf.text("exchange"));
    }
  }

  /** A writer closes what its earlier boots left open before it takes calls again. */
  private void forget(long index, Call call) {
    open.values()
        .removeIf(left -> {
          boolean forgotten = left.writer.equals(call.writer) && !left.boot.equals(call.boot);
          if (forgotten) {
            if (damaged) {
              unknown++;
            } else {
              report.violation(
                  index,
                  Report.entry(left.index),
                  "intent is open although a later boot takes calls");
            }
          }
          return forgotten;
        });
  }

  private void outcome(long index, LeafReading leaf) {
    outcomes++;
    Call call = open.remove(leaf.text("intent"));
    if (call != null) {
      call.streams.forEach(this::disown);
    } else if (damaged) {
      unknown++;
    } else {
      doubts.reference(index, leaf.text("intent"), true);
    }
  }

  private void stream(long index, LeafReading leaf) {
    boolean event = leaf.text("kind").equals("stream.event");
    events += event ? 1 : 0;
    Call call = open.get(leaf.text("intent"));
    if (call == null) {
      if (damaged) {
        unknown++;
      } else {
        doubts.reference(index, leaf.text("intent"), false);
      }
      return;
    }
    if (event) {
      String key = leaf.text("exchange").isEmpty() ? leaf.text("intent") : leaf.text("exchange");
      Stream stream = streams.get(key);
      if (stream == null) {
        stream = own(call, key);
      }
      if (leaf.number("event") <= stream.event) {
        report.violation(index, "events of a stream do not count up");
      }
      stream.event = leaf.number("event");
    }
  }

  private Stream own(Call call, String key) {
    Stream stream = streams.computeIfAbsent(key, _ -> new Stream());
    stream.owners++;
    call.streams.add(key);
    return stream;
  }

  private void disown(String key) {
    Stream stream = streams.get(key);
    if (stream != null && --stream.owners == 0) {
      streams.remove(key);
    }
  }
}
