package io.tabellion.trail;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much each reader has under way, and not more than so much: one token never takes what all
 * share.
 *
 * <p>Thread-safe.
 */
final class Seats {
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();
  private final String what;
  private final int each;

  /**
   * @param what they are for, in the plural, for messages
   * @param each of one reader at one time
   */
  Seats(String what, int each) {
    this.what = what;
    this.each = each;
  }

  /**
   * Takes one, which {@link #leave} gives back.
   *
   * @throws TrailException {@code EXHAUSTED} if the reader has all that one may have
   */
  void take(Reader who) {
    boolean[] full = {false};
    taken.merge(
        who.name(),
        1,
        (count, one) -> {
          full[0] = count >= each;
          return full[0] ? count : count + one;
        });
    if (full[0]) {
      throw TrailException.of(
          TrailException.Code.EXHAUSTED,
          "%s: %d %s at once (expected: at most %d; ask again when one has ended)"
              .formatted(who.name(), each + 1, what, each));
    }
  }

  /** Gives one back that {@link #take} gave. */
  void leave(Reader who) {
    taken.computeIfPresent(who.name(), (_, count) -> count == 1 ? null : count - 1);
  }
}
