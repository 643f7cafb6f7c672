package io.tabellion.audit.follow;

import java.time.Duration;

/** What a follower follows: entries that only become more. Thread-safe. */
public interface Source {

  /** How many entries there are. */
  long size();

  /** Waits until there are more than {@code above}; false if there are not when it returns. */
  boolean awaitSize(long above, Duration timeout) throws InterruptedException;
}
