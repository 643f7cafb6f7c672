package io.tabellion.audit.index;

/** Whether a search is to end before it is done; asked often while it runs, so it must be cheap. */
@FunctionalInterface
public interface Stop {
  /** Searches to the end. */
  Stop NEVER = () -> false;

  /** Returns whether to end now. */
  boolean now();
}
