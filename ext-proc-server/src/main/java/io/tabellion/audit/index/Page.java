package io.tabellion.audit.index;

/**
 * Which part of what was found, by index.
 *
 * @param after the index that was last seen, exclusive
 * @param bound only entries below it
 * @param limit most results
 */
public record Page(Order order, long after, long bound, int limit) {

  /** Which way results are ordered. */
  public enum Order {
    OLDEST_FIRST,
    NEWEST_FIRST
  }

  /** Returns the first page. */
  public static Page first(Order order, long bound, int limit) {
    return new Page(order, order == Order.OLDEST_FIRST ? -1 : bound, bound, limit);
  }
}
