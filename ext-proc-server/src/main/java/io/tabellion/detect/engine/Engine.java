package io.tabellion.detect.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Reads a text once and asks detectors where their triggers fire.
 *
 * <p>Per byte there is one table look-up, however many detectors there are; each trigger costs what
 * its matcher reads, which is bounded by the detector's longest match. Triggers that fall into what
 * a matcher has read already are passed over, so that the whole is linear in the length of the
 * text.
 *
 * <p>Immutable and thread-safe.
 */
public final class Engine {
  final Detector[] detectors;
  final double[] thresholds;
  final double[] mostContext;
  final Automaton automaton;
  final Keyword[] keywords;
  final DigitIndex digits;
  final ContextWords context;

  /**
   * @param detectors whom to ask; a {@link Candidate#detector} is an index into them
   * @param threshold the least score that a finding of a detector must have
   */
  public Engine(List<Detector> detectors, ToDoubleFunction<Detector> threshold) {
    this.detectors = detectors.toArray(Detector[]::new);
    this.thresholds = detectors.stream().mapToDouble(threshold).toArray();
    this.mostContext =
        detectors.stream()
            .mapToDouble(
                d -> d.context().words().stream().mapToDouble(Context.Word::weight).max().orElse(0))
            .toArray();
    Map<String, List<Firing>> firings = firings(detectors);
    this.automaton = new Automaton(List.copyOf(firings.keySet()), true);
    this.keywords =
        firings.entrySet().stream()
            .map(e -> new Keyword(e.getKey().length(), e.getValue()))
            .toArray(Keyword[]::new);
    this.digits = new DigitIndex(detectors);
    this.context = new ContextWords(detectors);
  }

  private static Map<String, List<Firing>> firings(List<Detector> detectors) {
    Map<String, List<Firing>> firings = new LinkedHashMap<>();
    for (int i = 0; i < detectors.size(); i++) {
      for (Trigger trigger : detectors.get(i).triggers()) {
        if (trigger instanceof Trigger.Keyword(String text, boolean anyCase)) {
          firings
              .computeIfAbsent(Automaton.bytes(text), key -> new ArrayList<>(1))
              .add(new Firing(i, anyCase ? "" : text));
        }
      }
    }
    return firings;
  }

  /** A keyword of the automaton and who is asked where it stands. */
  record Keyword(int length, List<Firing> firings) {
    void fire(Scan scan, Text text, int end) {
      for (Firing firing : firings) {
        if (text.has(end - length, firing.exactly())) {
          scan.ask(firing.detector(), end - length, end);
        }
      }
    }
  }

  /**
   * @param exactly the keyword where its case counts, else empty
   */
  record Firing(int detector, String exactly) {}

  /** Returns what was found, in order, without overlaps. */
  public List<Candidate> scan(Text text) {
    byte[] bytes = text.bytes;
    byte[] columns = automaton.columns;
    int[] table = automaton.table;
    Scan scan = null;
    int row = 0;
    for (int i = 0; i < bytes.length; i++) {
      int next = table[row + columns[bytes[i] & 0xff]];
      if (next < 0) {
        next = ~next;
        if (scan == null) {
          scan = new Scan(this, text);
        }
        scan.look(i, next);
        if (next == 0) {
          i = automaton.afterDigits(bytes, i, scan.digitsEnd());
        }
      }
      row = next;
    }
    return scan == null ? List.of() : scan.found();
  }
}
