package io.tabellion.stop;

import io.tabellion.identity.Caller;
import java.util.List;

/**
 * The exchanges that are open now.
 *
 * <p>Thread-safe. Never blocks.
 */
public interface Traffic {

  /** No exchange. */
  Traffic NONE =
      new Traffic() {
        @Override
        public int end(Stop stop) {
          return 0;
        }

        @Override
        public List<Caller> matching(Selector selector) {
          return List.of();
        }
      };

  /**
   * Ends what a stop matches and is not over: calls that wait for a person, requests that have not
   * left, event streams. Asked once the stop is in force.
   *
   * @return how many exchanges it matches
   */
  int end(Stop stop);

  /** The caller of each exchange that matches. */
  List<Caller> matching(Selector selector);
}
