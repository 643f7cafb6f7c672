package io.tabellion.detect.engine;

import io.tabellion.pace.Turns;
import java.util.List;

/** The state of one pass over one text: what was found, and who need not be asked. Confined. */
final class Scan implements Hits {
  /** What asking a matcher costs, in bytes that are only read over. */
  private static final int ASKED = 64;

  /** Work is told of in pieces of this size. */
  private static final int TOLD = 4 << 10;

  private final Engine engine;
  private final Text text;
  private int[] quiet = {};
  private final Candidates candidates = new Candidates();
  private final ContextWords.Found words = new ContextWords.Found();
  private long[] raised = {};
  private int raisedAt = -1;
  private int wordsStart = -1;
  private int wordsEnd = -1;
  private int lastState = -1;
  private int lastIndex = -1;
  private int asked;
  private int work;

  Scan(Engine engine, Text text) {
    this.engine = engine;
    this.text = text;
  }

  /** Reads the text; returns what was found, in order, without overlaps. */
  List<Candidate> run() {
    byte[] bytes = text.bytes;
    byte[] columns = engine.automaton.columns;
    short[] table = engine.automaton.table;
    FirstDigits digits = new FirstDigits(bytes, engine.everyRun);
    int state = 0;
    for (int i = 0; i < bytes.length; ) {
      int block = i;
      int end = Math.min(block + FirstDigits.BLOCK, bytes.length);
      long runs = digits.in(block);
      worked(FirstDigits.BLOCK);
      while (i < end) {
        int dull = engine.automaton.isDull(state) ? digits.dullEnd(i) : i;
        if (dull > i) {
          runs = fireBefore(dull, block, runs, digits);
          state = engine.automaton.behindDull(bytes, dull);
          i = dull;
          continue;
        }
        int stop = runs == 0 ? end : block + Long.numberOfTrailingZeros(runs);
        for (; i < stop; i++) {
          state = table[(state << Automaton.SHIFT) + columns[bytes[i] & 0xff]];
          if (state < 0) {
            state = ~state;
            keywords(i, state);
          }
        }
        if (runs != 0) {
          engine.digits.fire(this, bytes, digits, i);
          runs &= runs - 1;
        }
      }
    }
    return Overlaps.resolve(candidates);
  }

  /** Asks whom the numbers before {@code end} concern; returns those of the block that follow. */
  private long fireBefore(int end, int block, long runs, FirstDigits digits) {
    long rest = runs;
    while (rest != 0 && block + Long.numberOfTrailingZeros(rest) < end) {
      engine.digits.fire(this, text.bytes, digits, block + Long.numberOfTrailingZeros(rest));
      rest &= rest - 1;
    }
    return rest;
  }

  /** Asks whom the keywords concern that end at byte {@code index}, in this state. */
  private void keywords(int index, int state) {
    boolean again = state == lastState && index == lastIndex + 1;
    lastState = state;
    lastIndex = index;
    if (again && engine.silent[state]) {
      return; // deep in a run of one sign
    }
    for (int keyword : engine.automaton.endsIn(state)) {
      if (!engine.automaton.isAt(keyword, text, index + 1)) {
        continue;
      }
      for (Engine.Firing firing : engine.firings[keyword]) {
        firing.fire(this, text, index + 1);
      }
    }
  }

  /** Returns the triggers of detectors for which a word near the run of digits speaks. */
  long[] raised(int start, int end) {
    if (start != raisedAt) {
      raisedAt = start;
      wordsStart = -1;
      if (raised.length == 0) {
        raised = engine.context.raised();
      }
      engine.context.raise(text, start, end, words, raised);
    }
    return raised;
  }

  void ask(int detector, int from, int to) {
    if (quiet.length == 0) {
      quiet = new int[engine.detectors.length];
    }
    if (from >= quiet[detector]) {
      asked = detector;
      worked(ASKED);
      engine.detectors[detector].matcher().match(text, from, to, this);
    }
  }

  private void worked(int units) {
    work += units;
    if (work >= TOLD) {
      Turns.step(work);
      work = 0;
    }
  }

  @Override
  public void hit(int start, int end) {
    if (canBe(start, end)) {
      judged(start, end, engine.detectors[asked].validator().score(text, start, end));
    }
  }

  @Override
  public void hit(int start, int end, double score) {
    if (canBe(start, end)) {
      judged(start, end, score);
    }
  }

  private boolean canBe(int start, int end) {
    return start >= 0
        && end <= text.length
        && end > start
        && end - start <= engine.detectors[asked].longest();
  }

  private void judged(int start, int end, double alone) {
    double threshold = engine.thresholds[asked];
    if (alone <= 0 || alone + engine.mostContext[asked] < threshold) {
      return;
    }
    double score = alone;
    if (engine.hasContext[asked]) {
      score += contextOf(start, end);
    }
    if (score >= threshold && score > 0) {
      candidates.add(asked, start, end, Math.min(1, score));
    }
  }

  private double contextOf(int start, int end) {
    if (start != wordsStart || end != wordsEnd) {
      engine.context.find(text, start, end, words);
      wordsStart = start;
      wordsEnd = end;
    }
    return engine.context.weight(words, asked);
  }

  @Override
  public void quietUntil(int index) {
    quiet[asked] = Math.max(quiet[asked], index);
  }
}
