package io.tabellion.approval;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one person said of a request.
 *
 * <p>Immutable and thread-safe.
 *
 * @param who said it
 * @param at when
 * @param reason in their words, masked as it is kept; null if they gave none
 * @param window what further calls they approved; null if one call only
 */
public record Vote(Person who, Instant at, @Nullable String reason, @Nullable Window window) {

  /**
   * Further calls.
   *
   * @param lasting from the approval on
   * @param uses how many, at least 1
   */
  public record Window(Duration lasting, int uses) {

    /** What both allow; null if one of them allows no further calls. */
    static @Nullable Window narrower(@Nullable Window one, @Nullable Window other) {
      if (one == null || other == null) {
        return null;
      }
      return new Window(
          one.lasting.compareTo(other.lasting) < 0 ? one.lasting : other.lasting,
          Math.min(one.uses, other.uses));
    }
  }
}
