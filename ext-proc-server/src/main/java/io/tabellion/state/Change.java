package io.tabellion.state;

import org.jspecify.annotations.Nullable;

/**
 * A change of one record: made only while the record is as the change expects it.
 *
 * <p>Immutable and thread-safe. A store may ask for the new value several times.
 *
 * @param <V> what the record holds; immutable
 */
public interface Change<V> {

  /** The record that changes. */
  Key<V> key();

  /**
   * Returns what the record holds afterwards.
   *
   * @param now what it holds, null if there is no record
   * @return null if there is none afterwards
   * @throws StaleException if it is not as expected: what the change was made for may be wrong
   */
  @Nullable V made(@Nullable V now) throws StaleException;

  /**
   * Returns what the record holds once the change is taken back, because the entries that tell of
   * it could not be written.
   *
   * @param now what it holds; others may have changed it further
   */
  @Nullable V undone(@Nullable V now);
}
