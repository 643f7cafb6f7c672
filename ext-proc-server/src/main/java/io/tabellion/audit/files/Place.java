package io.tabellion.audit.files;

import io.tabellion.audit.store.DamagedException;

/**
 * Where a group begins.
 *
 * @param segment number
 * @param offset bytes, a multiple of the page size
 */
record Place(long segment, long offset) {

  /** Makes an exception that says what was found here. */
  DamagedException damaged(String found) {
    return new DamagedException(this + ": " + found);
  }

  @Override
  public String toString() {
    return Segment.name(segment) + " at " + offset;
  }
}
