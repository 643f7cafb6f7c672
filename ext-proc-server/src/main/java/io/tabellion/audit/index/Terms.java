package io.tabellion.audit.index;

import io.tabellion.audit.Fact;
import io.tabellion.secret.KeyedHash;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;

/**
 * What entries are found by, as the full-text table holds it: words of content as keyed hashes, 16
 * hex digits; and facts as a letter that is no hex digit and 16 hex digits of a plain hash. Facts
 * stand in clear in the row beside, which decides; a plain hash that two values share costs time
 * only.
 *
 * <p>Thread-safe.
 */
final class Terms {
  /** The id of the entry itself. */
  private static final char ID = 'g';

  /** Facts that are looked for by an exact value, and their letters. */
  private static final Map<Fact, Character> LETTERS =
      Map.of(
          Fact.SUBJECT, 'h',
          Fact.TOOL, 'i',
          Fact.CONVERSATION, 'j',
          Fact.SESSION, 'k',
          Fact.INTENT, 'l');

  /** Hex digits of a word's hash: 64 bits, so that a few words in a million share one. */
  private static final int HASH = 16;

  /** Most words of a content, member names above all, were in contents before. A power of two. */
  private static final int KNOWN = 1 << 14;

  private final KeyedHash hash;

  /** Words used of late and their hashes, each in its one place; in memory alone. */
  private final AtomicReferenceArray<Known> known = new AtomicReferenceArray<>(KNOWN);

  private record Known(String word, String hash) {}

  Terms(KeyedHash hash) {
    this.hash = hash;
  }

  /** Facts that have terms. */
  static Collection<Fact> facts() {
    return LETTERS.keySet();
  }

  /** Returns what the index knows the word by. */
  String word(String word) {
    int place = (word.hashCode() ^ (word.hashCode() >>> 16)) & (KNOWN - 1);
    Known there = known.getAcquire(place);
    if (there == null || !there.word.equals(word)) {
      there = new Known(word, hashOf(word));
      known.setRelease(place, there);
    }
    return there.hash;
  }

  /** Returns an expression that finds what has all the words. */
  String all(Collection<String> words) {
    return words.stream().map(this::word).collect(Collectors.joining(" AND "));
  }

  /** Returns an expression that finds what may have one of the values. */
  static String any(Fact fact, List<String> values) {
    return values.stream()
        .map(value -> fact(fact, value))
        .collect(Collectors.joining(" OR ", "(", ")"));
  }

  /** Returns what the index knows the fact by; it has a letter. */
  static String fact(Fact fact, String value) {
    return term(LETTERS.getOrDefault(fact, ID), value);
  }

  /** Returns what the index knows the id of an entry by. */
  static String id(String id) {
    return term(ID, id);
  }

  private String hashOf(String word) {
    return hash.of("index-word", word).substring(0, HASH);
  }

  /** FNV-1a over the characters, 64 bits. */
  private static String term(char letter, String value) {
    long sum = 0xcbf29ce484222325L;
    for (int i = 0; i < value.length(); i++) {
      sum = (sum ^ value.charAt(i)) * 0x100000001b3L;
    }
    return letter + HexFormat.of().toHexDigits(sum);
  }
}
