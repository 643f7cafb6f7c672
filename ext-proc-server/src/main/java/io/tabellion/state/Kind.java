package io.tabellion.state;

import java.time.Instant;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A kind of records: what they are called, how many there may be, and when one is over.
 *
 * <p>Immutable and thread-safe.
 *
 * @param word tells it from other kinds
 * @param most records of it at a time, at least 1
 * @param full what happens when there are so many
 * @param over whether a record means nothing any more at a time, so that it may be forgotten; quick
 *     to tell, for it is asked of all; null if records do not end by time
 * @param <V> what a record holds; immutable
 */
public record Kind<V>(String word, int most, Full full, @Nullable BiPredicate<V, Instant> over) {

  /** What happens when there are as many records as there may be. */
  public enum Full {
    /** The oldest is forgotten: it can be found elsewhere, or is not missed. */
    FORGETS_OLDEST,

    /** No other one is taken: {@link SharedState#hasRoom} says so before. */
    TAKES_NO_MORE
  }

  /** Records that end with what they are about. */
  public static <V> Kind<V> lasting(String word) {
    return new Kind<>(word, Integer.MAX_VALUE, Full.TAKES_NO_MORE, null);
  }

  /** Records of which the newest are remembered. */
  public static <V> Kind<V> newest(String word, int most) {
    return new Kind<>(word, most, Full.FORGETS_OLDEST, null);
  }
}
