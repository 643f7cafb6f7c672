package io.tabellion.detect.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All context words of all detectors, found in one pass over a window.
 *
 * <p>Immutable and thread-safe.
 */
final class ContextWords {
  private final WordStarts words;
  private final int[][] detectors;
  private final double[][] weights;
  private final long[][] raises;
  private final int width;

  /**
   * @param digits whose triggers {@link #raise} tells
   */
  ContextWords(List<Detector> all, DigitIndex digits) {
    Map<String, List<Weighted>> byWord = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      for (Context.Word word : all.get(i).context().words()) {
        byWord
            .computeIfAbsent(Automaton.bytes(word.text()), text -> new ArrayList<>())
            .add(new Weighted(i, word.weight()));
      }
    }
    List<String> words = List.copyOf(byWord.keySet());
    this.words = new WordStarts(words);
    this.detectors = new int[words.size()][];
    this.weights = new double[words.size()][];
    this.raises = new long[words.size()][];
    this.width = digits.width();
    for (int i = 0; i < detectors.length; i++) {
      List<Weighted> list = byWord.getOrDefault(words.get(i), List.of());
      detectors[i] = list.stream().mapToInt(Weighted::detector).toArray();
      weights[i] = list.stream().mapToDouble(Weighted::weight).toArray();
      raises[i] = new long[width];
      for (Weighted weighted : list) {
        if (weighted.weight > 0) {
          digits.addTriggersOf(weighted.detector, raises[i]);
        }
      }
    }
  }

  private record Weighted(int detector, double weight) {}

  /** Reads on to {@code end} or a little further, and notes the words. */
  private void read(Text text, int end, Found found) {
    for (int at = found.to; at < end; at += EightBytes.BYTES) {
      long starts = words.in(text.bytes, at);
      for (; starts != 0; starts &= starts - 1) {
        add(text, at + Long.numberOfTrailingZeros(starts) / Byte.SIZE, found);
      }
      found.to = at + EightBytes.BYTES;
    }
  }

  private void add(Text text, int start, Found found) {
    for (int word : words.like(text.bytes, start)) {
      int end = words.end(word, text.bytes, start);
      if (end > start + Context.SHORT || (end >= 0 && endsWord(text, end))) {
        found.add(word, start, end);
      }
    }
  }

  /**
   * Finds the words of the window around a candidate. What was read for the candidate before is not
   * read again.
   */
  void find(Text text, int start, int end, Found found) {
    int first = Math.max(0, start - Context.BEFORE);
    int last = look(text, first, end, Context.AFTER, found);
    found.choose(first, start, end, last);
  }

  private int look(Text text, int first, int end, int after, Found found) {
    int last = found.lineEnd(text, end, after);
    if (first < found.from || first > found.to) {
      found.restart(first);
    }
    read(text, last, found);
    return last;
  }

  /**
   * Marks the triggers of detectors for which a word near the digits speaks, and no others: near
   * any match that they are a part of.
   */
  void raise(Text text, int start, int end, Found found, long[] triggers) {
    for (int j = 0; j < triggers.length; j++) {
      triggers[j] = 0;
    }
    int first = Math.max(0, start - Context.BEFORE - DigitIndex.REACH);
    int last = look(text, first, end, Context.AFTER + DigitIndex.REACH, found);
    for (int i = found.size - 1; i >= 0 && found.starts[i] >= first; i--) {
      if (found.starts[i] <= last) {
        long[] raised = raises[found.words[i]];
        for (int j = 0; j < triggers.length; j++) {
          triggers[j] |= raised[j];
        }
      }
    }
  }

  /** Returns room for what {@link #raise} marks. */
  long[] raised() {
    return new long[width];
  }

  private static boolean endsWord(Text text, int end) {
    int after = text.at(end);
    return !CharSet.LETTER.has(after)
        || (CharSet.UPPER.has(after) && CharSet.LOWER.has(text.at(end - 1)))
        || (after == 's' && !CharSet.LETTER.has(text.at(end + 1)));
  }

  /** Returns what the words found add for the detector: the best and the worst of its weights. */
  double weight(Found found, int detector) {
    double best = 0;
    double worst = 0;
    for (int i = 0; i < found.chosen; i++) {
      int word = found.near[i];
      int[] concerned = detectors[word];
      for (int j = 0; j < concerned.length; j++) {
        if (concerned[j] == detector) {
          best = Math.max(best, weights[word][j]);
          worst = Math.min(worst, weights[word][j]);
        }
      }
    }
    return best + worst;
  }

  /**
   * The words of what was read, in order of their starts, and those near one candidate. Confined.
   */
  static final class Found {
    private static final int MOST = 48;

    private int from;
    private int to;
    private int line;
    private int lineTo = -1;
    private int[] words = {};
    private int[] starts = {};
    private int[] ends = {};
    private int size;
    private int[] near = {};
    private int chosen;

    /**
     * Returns where the line ends that byte {@code from} is in, at most so many bytes behind it.
     */
    private int lineEnd(Text text, int from, int atMost) {
      int most = Math.min(text.length, from + atMost);
      int read = line <= from && from <= lineTo ? Math.min(lineTo, most) : from;
      line = from;
      lineTo = EightBytes.indexOf('\n', text.bytes, read, most);
      return lineTo;
    }

    private void restart(int at) {
      from = at;
      to = at;
      size = 0;
    }

    private void add(int word, int start, int end) {
      if (size == words.length) {
        int room = Math.max(MOST, 2 * size);
        words = Arrays.copyOf(words, room);
        starts = Arrays.copyOf(starts, room);
        ends = Arrays.copyOf(ends, room);
      }
      words[size] = word;
      starts[size] = start;
      ends[size++] = end;
    }

    /**
     * Chooses the words from {@code first} to {@code start} and from {@code end} to {@code last}.
     */
    private void choose(int first, int start, int end, int last) {
      chosen = 0;
      if (near.length == 0) {
        near = new int[MOST];
      }
      for (int i = size - 1; i >= 0 && starts[i] >= first && chosen < MOST; i--) {
        boolean before = ends[i] <= start;
        boolean behind = starts[i] >= end && ends[i] <= last;
        if (before || behind) {
          near[chosen++] = words[i];
        }
      }
    }
  }
}
