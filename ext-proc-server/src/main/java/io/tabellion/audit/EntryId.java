package io.tabellion.audit;

import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The id of an entry: a UUIDv7 (RFC 9562 §5.7), made before the append.
 *
 * <p>It promises nothing about order; order is by index.
 */
public record EntryId(UUID value) {

  /** Returns a new id that carries the time of {@code clock}. */
  public static EntryId next(InstantSource clock) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (clock.millis() << 16) | 0x7000L | (random.nextLong() & 0xFFFL);
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new EntryId(new UUID(high, low));
  }

  /**
   * Reads the canonical text form.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static EntryId parse(String text) {
    return new EntryId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
