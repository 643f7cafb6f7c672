package io.tabellion.detect.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All context words of all detectors, found in one pass over a window.
 *
 * <p>Immutable and thread-safe.
 */
final class ContextWords {
  private final List<String> words;
  private final Automaton automaton;
  private final int[][] detectors;
  private final double[][] weights;

  ContextWords(List<Detector> all) {
    Map<String, List<Weighted>> byWord = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      for (Context.Word word : all.get(i).context().words()) {
        byWord
            .computeIfAbsent(Automaton.bytes(word.text()), text -> new ArrayList<>())
            .add(new Weighted(i, word.weight()));
      }
    }
    this.words = List.copyOf(byWord.keySet());
    this.automaton = new Automaton(words, false);
    this.detectors = new int[words.size()][];
    this.weights = new double[words.size()][];
    for (int i = 0; i < detectors.length; i++) {
      List<Weighted> list = byWord.getOrDefault(words.get(i), List.of());
      detectors[i] = list.stream().mapToInt(Weighted::detector).toArray();
      weights[i] = list.stream().mapToDouble(Weighted::weight).toArray();
    }
  }

  private record Weighted(int detector, double weight) {}

  /** Adds to {@code found} the words that stand in the window. */
  void find(Text text, int start, int end, Found found) {
    int row = 0;
    for (int i = Math.max(0, start); i < Math.min(end, text.length()); i++) {
      int next = automaton.table[row + automaton.columns[text.at(i) & 0xff]];
      if (next < 0) {
        next = ~next;
        for (int word : automaton.endsIn(next)) {
          if (isWord(text, i + 1 - words.get(word).length(), i + 1)) {
            found.add(word);
          }
        }
      }
      row = next;
    }
  }

  private static boolean isWord(Text text, int start, int end) {
    return startsWord(text, start) && (end - start > 4 || endsWord(text, end));
  }

  private static boolean startsWord(Text text, int start) {
    int before = text.at(start - 1);
    return !CharSet.LETTER.has(before)
        || (CharSet.LOWER.has(before) && CharSet.UPPER.has(text.at(start)));
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
    for (int i = 0; i < found.size; i++) {
      int[] concerned = detectors[found.words[i]];
      for (int j = 0; j < concerned.length; j++) {
        if (concerned[j] == detector) {
          double weight = weights[found.words[i]][j];
          best = Math.max(best, weight);
          worst = Math.min(worst, weight);
        }
      }
    }
    return best + worst;
  }

  /** The words of one window. Confined to one scan. */
  static final class Found {
    private final int[] words = new int[48];
    private int size;

    void clear() {
      size = 0;
    }

    private void add(int word) {
      if (size < words.length) {
        words[size++] = word;
      }
    }
  }
}
