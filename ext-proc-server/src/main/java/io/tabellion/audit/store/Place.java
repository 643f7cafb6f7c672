package io.tabellion.audit.store;

/**
 * Where a group begins.
 *
 * @param segment number
 * @param offset bytes, a multiple of the page size
 */
public record Place(long segment, long offset) {

  @Override
  public String toString() {
    return Segment.name(segment) + " at " + offset;
  }
}
