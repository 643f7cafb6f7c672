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
  private final int[] quiet;
  private final KeywordEnds keywords;
  private final Candidates candidates = new Candidates();
  private final ContextWords.Found words = new ContextWords.Found();
  private long[] raised = {};
  private int raisedAt = -1;
  private int wordsStart = -1;
  private int wordsEnd = -1;
  private int lastState = -1;
  private int lastIndex = -1;
  private int asked;
  private int askedFrom;
  private int askedTo;
  private int work;

  Scan(Engine engine, Text text) {
    this.engine = engine;
    this.text = text;
    this.keywords = new KeywordEnds(text.bytes, engine.automaton);
    this.quiet = new int[engine.detectors.length];
  }

  /** Reads the text; returns what was found, in order, without overlaps. */
  List<Candidate> run() {
    byte[] bytes = text.bytes;
    FirstDigits digits = new FirstDigits(bytes, engine.everyRun);
    int read = 0;
    for (int block = 0; block < bytes.length; block += FirstDigits.BLOCK) {
      int end = Math.min(block + FirstDigits.BLOCK, bytes.length);
      long runs = digits.in(block);
      worked(FirstDigits.BLOCK);
      if (read == block) {
        int dull = keywords.isDull() ? digits.dullEnd(block) : block;
        if (dull > block) {
          runs = fireBefore(dull, block, runs, digits);
          keywords.passOver(dull);
        }
        if (!digits.areDense() && keywords.canReadPiece(block)) {
          keywords.readPiece(block);
          read = block + KeywordEnds.PIECE;
        } else {
          keywords.read(dull, end);
          read = end;
        }
      }
      fire(block, end, runs, digits);
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

  /** Asks whom the numbers and keywords of a block concern, in their order. */
  private void fire(int block, int end, long runs, FirstDigits digits) {
    long rest = runs;
    while (rest != 0) {
      int run = block + Long.numberOfTrailingZeros(rest);
      keywordsBefore(run);
      engine.digits.fire(this, text.bytes, digits, run);
      rest &= rest - 1;
    }
    keywordsBefore(end);
  }

  private void keywordsBefore(int end) {
    while (keywords.isBefore(end)) {
      int index = keywords.next();
      keywords(index, keywords.state());
    }
  }

  /** Asks whom the keywords concern that end at byte {@code index}, in this state. */
  private void keywords(int index, int state) {
    boolean again = state == lastState && index == lastIndex + 1;
    lastState = state;
    lastIndex = index;
    if (again && engine.silent[state]) {
      return; // deep in a run of one sign
    }
    for (Engine.Firing firing : engine.firings[state]) {
      int start = index + 1 - firing.length();
      if (start >= quiet[firing.detector()] && firing.isAt(text, start, engine.automaton)) {
        ask(firing.detector(), start, index + 1);
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
    if (from >= quiet[detector]) {
      asked = detector;
      askedFrom = from;
      askedTo = to;
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
  public boolean canCount(double most) {
    double threshold = engine.thresholds[asked];
    if (most >= threshold) {
      return true;
    }
    return most + engine.mostContext[asked] >= threshold
        && (engine.detectors[asked].longest() > DigitIndex.REACH
            || engine.digits.hasTriggerOf(asked, raised(askedFrom, askedTo)));
  }

  @Override
  public void quietUntil(int index) {
    quiet[asked] = Math.max(quiet[asked], index);
  }
}
