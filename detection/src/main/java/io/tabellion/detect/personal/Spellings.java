package io.tabellion.detect.personal;

import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The ways in which people write a word with marks over its letters: as it is, with the marks as
 * characters of their own (Unicode's form D), without them, and in letters of ASCII as German and
 * the languages of the north put it ({@code ue} for {@code ü}). ASCII words have one.
 */
final class Spellings {
  private static final String MARKED = "äöüøåæßłœ";
  private static final List<String> TWO =
      List.of("ae", "oe", "ue", "oe", "aa", "ae", "ss", "l", "oe");
  private static final List<String> ONE = List.of("a", "o", "u", "o", "a", "a", "ss", "l", "oe");

  private Spellings() {}

  /** Returns all ways to write the words, given in lower case. */
  static String[] of(String... words) {
    return Stream.of(words).flatMap(word -> of(word).stream()).distinct().toArray(String[]::new);
  }

  /** The same, and with one capital and all capitals where these are not found with the word. */
  static Stream<String> inAnyCase(String... words) {
    return Stream.of(of(words))
        .flatMap(word -> isAscii(word) ? Stream.of(word) : bothCases(word))
        .distinct();
  }

  private static Stream<String> bothCases(String word) {
    String upper = word.toUpperCase(Locale.ROOT);
    return Stream.of(word, upper.substring(0, 1) + word.substring(1), upper);
  }

  private static Set<String> of(String word) {
    Set<String> ways = new LinkedHashSet<>();
    ways.add(word);
    if (!isAscii(word)) {
      String apart = Normalizer.normalize(word, Normalizer.Form.NFD);
      ways.add(apart);
      ways.add(bare(letters(word, ONE)));
      ways.add(bare(letters(word, TWO)));
    }
    return ways;
  }

  private static String letters(String word, List<String> instead) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      int at = MARKED.indexOf(c);
      letters.append(at < 0 ? String.valueOf(c) : instead.get(at));
    }
    return letters.toString();
  }

  /** Without the marks over Latin letters; those of other scripts are part of their letters. */
  private static String bare(String word) {
    String apart = Normalizer.normalize(word, Normalizer.Form.NFD);
    String bare = apart.replaceAll("[\\u0300-\\u036f]", "");
    return isAscii(bare) ? bare : word;
  }

  private static boolean isAscii(String word) {
    return word.chars().allMatch(c -> c < 0x80);
  }
}
