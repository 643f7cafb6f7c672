package io.tabellion.state;

/**
 * Thrown where a record is not any more what a change was made on: nothing was changed and nothing
 * was written. Whoever decided reads again, and decides again.
 */
public final class StaleException extends RuntimeException {

  /**
   * @param what the kind of record; never content
   */
  public StaleException(String what) {
    super(what + ": changed by another (expected: as it was read)", null, false, false);
  }
}
