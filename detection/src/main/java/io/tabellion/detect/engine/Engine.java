package io.tabellion.detect.engine;

import io.tabellion.detect.engine.Trigger.First;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Reads a text once and asks detectors where their triggers fire.
 *
 * <p>Per byte there is one table look-up, however many detectors there are, and a few operations
 * that find digits; each trigger costs what its matcher reads, which is bounded by the detector's
 * longest match. Triggers that fall into what a matcher has read already are passed over, so that
 * the whole is linear in the length of the text.
 *
 * <p>Immutable and thread-safe.
 */
public final class Engine {
  private static final Firing[] NOBODY = {};

  final Detector[] detectors;
  final double[] thresholds;
  final double[] mostContext;
  final boolean[] hasContext;
  final Automaton automaton;

  /** Who is asked in each state of the automaton, by the keywords that end there. */
  final Firing[][] firings;

  /** Whether all that a state's keywords concern are silent deep in a run of one sign. */
  final boolean[] silent;

  final DigitIndex digits;
  final boolean everyRun;
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
    this.hasContext = new boolean[detectors.size()];
    for (int i = 0; i < hasContext.length; i++) {
      hasContext[i] = !detectors.get(i).context().words().isEmpty();
    }
    Map<String, List<Firing>> firings = firings(detectors);
    this.automaton = new Automaton(List.copyOf(firings.keySet()));
    this.firings = byState(automaton, List.copyOf(firings.values()));
    this.silent = silent(this.firings);
    this.digits = new DigitIndex(detectors, thresholds);
    this.everyRun = digits.isForEveryRun();
    this.context = new ContextWords(detectors, digits);
  }

  private static Map<String, List<Firing>> firings(List<Detector> detectors) {
    Map<String, List<Firing>> firings = new LinkedHashMap<>();
    for (int i = 0; i < detectors.size(); i++) {
      for (Trigger trigger : detectors.get(i).triggers()) {
        if (trigger instanceof Trigger.Keyword(String text, boolean anyCase, First first)) {
          String bytes = Automaton.bytes(text);
          firings
              .computeIfAbsent(bytes, key -> new ArrayList<>(1))
              .add(new Firing(i, bytes.length(), anyCase ? "" : text, first));
        }
      }
    }
    return firings;
  }

  private static Firing[][] byState(Automaton automaton, List<List<Firing>> byKeyword) {
    Firing[][] firings = new Firing[automaton.states()][];
    for (int state = 0; state < firings.length; state++) {
      if (automaton.endsIn(state).length == 0) {
        firings[state] = NOBODY;
        continue;
      }
      List<Firing> all = new ArrayList<>();
      for (int keyword : automaton.endsIn(state)) {
        boolean unsure = automaton.isUnsure(keyword);
        byKeyword.get(keyword).forEach(firing -> all.add(unsure ? firing.unless(keyword) : firing));
      }
      firings[state] = all.toArray(NOBODY);
    }
    return firings;
  }

  private static boolean[] silent(Firing[][] firings) {
    boolean[] silent = new boolean[firings.length];
    for (int state = 0; state < silent.length; state++) {
      silent[state] = silent(firings[state]);
    }
    return silent;
  }

  private static boolean silent(Firing[] firings) {
    for (Firing firing : firings) {
      if (!firing.isSilentInRuns()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Who is asked where a keyword ends.
   *
   * @param length of the keyword, in bytes
   * @param exactly the keyword where its case counts, else empty
   * @param first where it counts
   * @param unsure the keyword's number where the automaton may take others for it, else negative
   */
  record Firing(int detector, int length, String exactly, First first, int unsure) {
    Firing(int detector, int length, String exactly, First first) {
      this(detector, length, exactly, first, -1);
    }

    Firing unless(int others) {
      return new Firing(detector, length, exactly, first, others);
    }

    /** Whether nobody is asked deep in a run of one sign. */
    boolean isSilentInRuns() {
      return first != First.ANYWHERE;
    }

    /** Whether the keyword stands at {@code start}, where the automaton says so, and counts. */
    boolean isAt(Text text, int start, Automaton automaton) {
      return (first == First.ANYWHERE || first.isAt(text, start))
          && (exactly.isEmpty() || text.has(start, exactly))
          && (unsure < 0 || automaton.isAt(unsure, text, start + length));
    }
  }

  /** Returns what was found, in order, without overlaps. */
  public List<Candidate> scan(Text text) {
    return new Scan(this, text).run();
  }
}
