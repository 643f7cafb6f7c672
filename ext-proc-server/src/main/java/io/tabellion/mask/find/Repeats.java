package io.tabellion.mask.find;

import io.tabellion.mask.edit.Span;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values that rules select in structured content, and the texts beside it that may repeat them in
 * prose.
 *
 * <p>A value is found by its exact characters, from its first letter or digit to its last, where
 * words begin and end. One of fewer than {@value #SHORTEST} letters and digits is not looked for;
 * of one of more than {@value #WORDS} words each run of so many words is.
 *
 * <p>Each run of at most {@value #WORDS} words of a text is looked up once, and only if a value has
 * as many words and characters: linear in the texts, however many values there are. Not
 * thread-safe: it belongs to one walk.
 */
final class Repeats {
  /** Letters and digits of a value that says something by itself. */
  static final int SHORTEST = 4;

  /** Words that are looked up together. */
  static final int WORDS = 8;

  private final Map<String, Set<Choice>> values = new HashMap<>();

  /** How long values are in characters, by their number of words. */
  private final BitSet[] lengths = new BitSet[WORDS + 1];

  private final List<Place> places = new ArrayList<>();
  private long work;

  private record Choice(Operator operator, Where where, String rule) {}

  private record Place(int site, String text) {}

  /** Takes what is to be masked. */
  interface Masks {
    void mask(int site, Span span, Where where);
  }

  /** A rule selects this value. */
  void value(String value, Operator operator, MaskRule rule) {
    Words words = Words.of(value);
    if (words.characters < SHORTEST) {
      return;
    }
    Choice choice = new Choice(operator, rule.where(), rule.rule());
    int last = Math.max(0, words.count() - WORDS);
    // Runs share a word with the next one, so that what stands between them is masked as well.
    for (int first = 0; first < last; first += WORDS - 1) {
      add(value, words, first, choice);
    }
    add(value, words, last, choice);
  }

  private void add(String value, Words words, int first, Choice choice) {
    int count = Math.min(WORDS, words.count() - first);
    String run = value.substring(words.start(first), words.end(first + count - 1));
    values.computeIfAbsent(run, _ -> new LinkedHashSet<>(1)).add(choice);
    if (lengths[count] == null) {
      lengths[count] = new BitSet();
    }
    lengths[count].set(run.length());
  }

  /** A text that may repeat values. */
  void text(int site, String text) {
    places.add(new Place(site, text));
  }

  /** Tells where texts repeat values. */
  void find(Masks masks) {
    if (values.isEmpty()) {
      return;
    }
    for (Place place : places) {
      Words words = Words.of(place.text);
      for (int first = 0; first < words.count(); first++) {
        for (int count = 1; count <= WORDS && first + count <= words.count(); count++) {
          find(place, words.start(first), words.end(first + count - 1), count, masks);
        }
      }
    }
  }

  private void find(Place place, int from, int to, int count, Masks masks) {
    work++;
    if (lengths[count] == null || !lengths[count].get(to - from)) {
      return;
    }
    work += to - from;
    for (Choice choice : values.getOrDefault(place.text.substring(from, to), Set.of())) {
      Span span = new Span(from, to, Span.SELECTED, choice.operator, false, choice.rule);
      masks.mask(place.site, span, choice.where);
    }
  }

  /** Runs that were looked at so far, and characters that were looked up. */
  long work() {
    return work;
  }

  /** Where runs of letters and digits stand in a text. */
  private static final class Words {
    private final List<Integer> starts = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private int characters;

    static Words of(String text) {
      Words words = new Words();
      boolean within = false;
      int at = 0;
      while (at < text.length()) {
        int point = text.codePointAt(at);
        boolean word = Character.isLetterOrDigit(point);
        if (word && !within) {
          words.starts.add(at);
        } else if (!word && within) {
          words.ends.add(at);
        }
        words.characters += word ? 1 : 0;
        within = word;
        at += Character.charCount(point);
      }
      if (within) {
        words.ends.add(at);
      }
      return words;
    }

    int count() {
      return starts.size();
    }

    int start(int word) {
      return starts.get(word);
    }

    int end(int word) {
      return ends.get(word);
    }
  }
}
