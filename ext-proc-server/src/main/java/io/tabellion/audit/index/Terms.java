package io.tabellion.audit.index;

import io.tabellion.secret.KeyedHash;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;

/**
 * What entries are found by, as the full-text table holds it: keyed hashes of 16 hex digits; those
 * of facts have a letter before them that is no hex digit. Nobody without the key can build two
 * values that share one, and by chance one of 2^64 pairs does.
 *
 * <p>Thread-safe.
 */
final class Terms {
  /** Stands with entries of a conversation that belong to no intent. */
  static final String ALONE = "y";

  /** The id of the entry itself. */
  private static final char ID = 'g';

  /** Hex digits of a hash. */
  private static final int HASH = 16;

  /** Most words of a content, member names above all, were in contents before. A power of two. */
  private static final int KNOWN = 1 << 14;

  private final KeyedHash hash;

  /** Words and facts used recently and their terms, each in its one place; in memory alone. */
  private final AtomicReferenceArray<Known> known = new AtomicReferenceArray<>(KNOWN);

  /**
   * A term that was made before.
   *
   * @param letter 0 for a word
   */
  private record Known(char letter, String value, String term) {}

  Terms(KeyedHash hash) {
    this.hash = hash;
  }

  /** Returns what the index knows the word by. */
  String word(String word) {
    return known('\0', word);
  }

  /** Returns an expression that finds what has one of the values. */
  String any(Query.Field field, Collection<String> values) {
    return values.stream()
        .map(value -> value(field, value))
        .collect(Collectors.joining(" OR ", "(", ")"));
  }

  /** Returns what the index knows the value by. */
  String value(Query.Field field, String value) {
    return field.open() ? known(field.letter(), value) : fresh(field.letter(), value);
  }

  /** Returns what the index knows the id of an entry by. */
  String id(String id) {
    return fresh(ID, id);
  }

  private String known(char letter, String value) {
    int mixed = 31 * value.hashCode() + letter;
    int place = (mixed ^ (mixed >>> 16)) & (KNOWN - 1);
    Known there = known.getAcquire(place);
    if (there == null || there.letter != letter || !there.value.equals(value)) {
      there = new Known(letter, value, fresh(letter, value));
      known.setRelease(place, there);
    }
    return there.term;
  }

  private String fresh(char letter, String value) {
    return letter == 0
        ? hash.of("index-word", value).substring(0, HASH)
        : letter + hash.of("index-fact", letter + value).substring(0, HASH);
  }

  /** Returns an expression that finds what meets all of them. */
  static String and(List<String> expressions) {
    return String.join(" AND ", expressions);
  }
}
