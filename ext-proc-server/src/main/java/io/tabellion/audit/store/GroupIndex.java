package io.tabellion.audit.store;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where every 16th group begins, by the index of its first leaf; the ones between are found by
 * walking.
 *
 * <p>Thread-safe: guarded by itself.
 */
final class GroupIndex {
  private static final int STRIDE = 16;

  private final TreeMap<Long, Place> places = new TreeMap<>();

  synchronized void add(GroupHeader header, Place place) {
    if (header.number() % STRIDE == 0) {
      places.put(header.firstIndex(), place);
    }
  }

  /** The last known place at or before leaf {@code index}. */
  synchronized Place floor(long index) {
    Map.Entry<Long, Place> entry = places.floorEntry(index);
    if (entry == null) {
      throw new IndexOutOfBoundsException("index: " + index + " (expected: a durable leaf)");
    }
    return entry.getValue();
  }
}
