package io.tabellion.audit.verify;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds entry ids that may have been used before, in bounded memory. Ids are UUIDv7, which begin
 * with a time, so a window over the newest of them suffices; an id that is older than the window
 * may have been used, and so may one with a fingerprint that is there.
 *
 * <p>Belongs to one thread.
 */
final class Ids {
  private static final int WINDOW = 1 << 16;

  private Fingerprints older = new Fingerprints();
  private Fingerprints newer = new Fingerprints();
  private long floor = Long.MIN_VALUE; // milliseconds; ids before it are no longer known
  private long boundary; // ids of this time and later are in newer
  private long latest;

  /**
   * An id as numbers.
   *
   * @param time milliseconds that it begins with
   * @param print a fingerprint of all of it
   */
  record Id(long time, long print) {
    /** Reads an id; null if it is no UUID. */
    static @Nullable Id of(String text) {
      try {
        UUID uuid = UUID.fromString(text);
        long most = uuid.getMostSignificantBits();
        return new Id(most >>> 16, most * 0x9E3779B97F4A7C15L ^ uuid.getLeastSignificantBits());
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }

  /** Adds an id, null for one that is none; false if it may have been there before. */
  boolean add(@Nullable Id id) {
    if (id == null) {
      return false;
    }
    latest = Math.max(latest, id.time);
    if (id.time < floor) {
      return false;
    }
    if (newer.size() >= WINDOW) {
      older = newer;
      newer = new Fingerprints();
      floor = boundary;
      boundary = latest + 1;
    }
    return (id.time < boundary ? older : newer).add(id.print);
  }

  /** A set of numbers. */
  private static final class Fingerprints {
    private long[] slots = new long[1 << 10];
    private int size;
    private boolean zero;

    int size() {
      return size;
    }

    boolean add(long value) {
      if (value == 0) {
        boolean added = !zero;
        zero = true;
        return added;
      }
      if (2 * size >= slots.length) {
        grow();
      }
      return put(value);
    }

    private boolean put(long value) {
      int at = (int) (value ^ value >>> 32) & (slots.length - 1);
      while (slots[at] != 0) {
        if (slots[at] == value) {
          return false;
        }
        at = (at + 1) & (slots.length - 1);
      }
      slots[at] = value;
      size++;
      return true;
    }

    private void grow() {
      long[] before = slots;
      slots = new long[before.length * 2];
      size = 0;
      Arrays.stream(before).filter(value -> value != 0).forEach(this::put);
    }
  }
}
