package io.tabellion.state;

import java.time.Instant;
import java.util.function.BiPredicate;

/**
 * A kind of records: what they are called, how many there may be, and when one is over.
 *
 * <p>Immutable and thread-safe.
 *
 * @param word tells it from other kinds
 * @param most records of it at a time, at least 1
 * @param full what happens when there are so many
 * @param over whether a record means nothing any more at a time, so that it may be forgotten
 * @param <V> what a record holds; immutable
 */
public record Kind<V>(String word, int most, Full full, BiPredicate<V, Instant> over) {

  /** What happens when there are as many records as there may be. */
  public enum Full {
    /** The oldest is forgotten: it can be found elsewhere, or is not missed. */
    FORGETS_OLDEST,

    /** No other one is taken: {@link SharedState#hasRoom} says so before. */
    TAKES_NO_MORE
  }

  /** Records that end with what they are about. */
  public static <V> Kind<V> lasting(String word) {
    return new Kind<>(word, Integer.MAX_VALUE, Full.TAKES_NO_MORE, (_, _) -> false);
  }

  /** Records of which the newest are remembered. */
  public static <V> Kind<V> newest(String word, int most) {
    return new Kind<>(word, most, Full.FORGETS_OLDEST, (_, _) -> false);
  }

  /**
   * Returns the name of a record.
   *
   * @param parts that tell it from others of its kind; each may hold any characters
   */
  public Key<V> of(String... parts) {
    StringBuilder name = new StringBuilder();
    for (String part : parts) {
      // Lengths before texts, so that no part can pass for the end of another.
      name.append(part.length()).append(':').append(part);
    }
    return new Key<>(word, name.toString(), this);
  }

  /**
   * The name of a record.
   *
   * <p>Immutable and thread-safe. Equal by the word of its kind and its own name.
   *
   * @param word of the kind
   * @param name of the record in its kind
   */
  public record Key<V>(String word, String name, Kind<V> kind) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Key<?> key && key.word.equals(word) && key.name.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode() * 31 + word.hashCode();
    }
  }
}
