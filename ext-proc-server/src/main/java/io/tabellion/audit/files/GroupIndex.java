package io.tabellion.audit.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final List<Long> order = new ArrayList<>(); // the keys

  /** A place with the leaf that it begins with. */
  record Entry(long firstIndex, Place place) {}

  synchronized void add(GroupHeader header, Place place) {
    if (header.number() % STRIDE == 0) {
      add(header.firstIndex(), place);
    }
  }

  /** Adds a place behind all others. */
  synchronized void add(long firstIndex, Place place) {
    places.put(firstIndex, place);
    order.add(firstIndex);
  }

  /** Returns places from the one with this number on, of the first {@code groups} groups. */
  synchronized List<Entry> from(long number, long groups) {
    long end = Math.min(order.size(), (groups + STRIDE - 1) / STRIDE);
    List<Entry> found = new ArrayList<>();
    for (long i = number; i < end; i++) {
      long first = order.get((int) i);
      found.add(new Entry(first, Objects.requireNonNull(places.get(first))));
    }
    return found;
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
