package io.tabellion.detect.engine;

import java.util.ArrayList;
import java.util.List;

/** The state of one pass over one text: what was found, and who need not be asked. Confined. */
final class Scan implements Hits {
  private final Engine engine;
  private final Text text;
  private final int[] quiet;
  private final List<Candidate> candidates = new ArrayList<>();
  private final ContextWords.Found words = new ContextWords.Found();
  private int wordsStart = -1;
  private int wordsEnd = -1;
  private int asked;
  private int digitsEnd;

  Scan(Engine engine, Text text) {
    this.engine = engine;
    this.text = text;
    this.quiet = new int[engine.detectors.length];
  }

  /** Looks at byte {@code index}, after which the automaton is in the row at {@code offset}. */
  void look(int index, int offset) {
    if (index >= digitsEnd && DigitIndex.isDigit(text.bytes[index])) {
      digits(index);
    }
    if (offset == 0) {
      return; // no keyword is empty
    }
    for (int keyword : engine.automaton.endsIn(offset)) {
      engine.keywords[keyword].fire(this, text, index + 1);
    }
  }

  private void digits(int index) {
    byte[] bytes = text.bytes;
    int end = index + 1;
    while (end < bytes.length && DigitIndex.isDigit(bytes[end])) {
      end++;
    }
    digitsEnd = end;
    for (int detector : engine.digits.at(bytes, index, end)) {
      ask(detector, index, end);
    }
  }

  /** Returns where the run of digits ends that was looked at last. */
  int digitsEnd() {
    return digitsEnd;
  }

  void ask(int detector, int from, int to) {
    if (from >= quiet[detector]) {
      asked = detector;
      engine.detectors[detector].matcher().match(text, from, to, this);
    }
  }

  @Override
  public void hit(int start, int end) {
    Detector detector = engine.detectors[asked];
    if (start < 0 || end > text.length || end <= start || end - start > detector.longest()) {
      return;
    }
    double score = detector.validator().score(text, start, end);
    double threshold = engine.thresholds[asked];
    if (score <= 0 || score + engine.mostContext[asked] < threshold) {
      return;
    }
    if (engine.mostContext[asked] > 0 || !detector.context().words().isEmpty()) {
      score += contextOf(start, end);
    }
    if (score >= threshold && score > 0) {
      candidates.add(new Candidate(asked, start, end, Math.min(1, score)));
    }
  }

  private double contextOf(int start, int end) {
    if (start != wordsStart || end != wordsEnd) {
      engine.context.find(text, start, end, lineEnd(end), words);
      wordsStart = start;
      wordsEnd = end;
    }
    return engine.context.weight(words, asked);
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < from + Context.AFTER && text.at(end) != '\n' && end < text.length) {
      end++;
    }
    return end;
  }

  @Override
  public void quietUntil(int index) {
    quiet[asked] = Math.max(quiet[asked], index);
  }

  List<Candidate> found() {
    return candidates.size() < 2 ? candidates : Overlaps.resolve(candidates);
  }
}
