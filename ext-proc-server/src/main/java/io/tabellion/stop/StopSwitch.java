package io.tabellion.stop;

import io.tabellion.identity.Caller;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an operator turns: makes stops, and tells the open exchanges of them.
 *
 * <p>Thread-safe.
 */
public final class StopSwitch {
  /** Stops at one time. Each message is compared with all of them. */
  public static final int MOST = 500;

  private static final int LONGEST_REASON = 256;

  /** Without vowels, so that an id is no word, and without characters that look alike. */
  private static final String LETTERS = "bcdfghjkmnpqrstvwxz23456789";

  private static final int ID_LENGTH = 6;

  private final Stops stops;
  private final Traffic traffic;
  private final UnaryOperator<String> masked;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param traffic what is open now
   * @param masked masks a text as the record is
   */
  public StopSwitch(
      Stops stops, Traffic traffic, UnaryOperator<String> masked, InstantSource clock) {
    this.stops = stops;
    this.traffic = traffic;
    this.masked = masked;
    this.clock = clock;
  }

  public Stops stops() {
    return stops;
  }

  /**
   * Makes a stop, which does not hold yet.
   *
   * @param lasting how long it holds from now on; null until it is lifted
   */
  public Stop make(Selector selector, String reason, String by, @Nullable Duration lasting) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return new Stop(
        id(), selector, shown(reason), by, now, lasting == null ? null : now.plus(lasting));
  }

  private String id() {
    String id;
    do {
      StringBuilder letters = new StringBuilder(ID_LENGTH);
      for (int i = 0; i < ID_LENGTH; i++) {
        letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      id = letters.toString();
    } while (stops.look().named(id).isPresent());
    return id;
  }

  /** In one line, masked before it is cut. */
  private String shown(String reason) {
    String shown = masked.apply(reason.replaceAll("\\s+", " ").strip());
    if (shown.length() <= LONGEST_REASON) {
      return shown;
    }
    int end = Character.isHighSurrogate(shown.charAt(LONGEST_REASON - 1)) ? 1 : 0;
    return shown.substring(0, LONGEST_REASON - end) + "…";
  }

  /** Ends what is under way of what the stop matches; returns how many exchanges it matches. */
  public int end(Stop stop) {
    stops.look();
    return traffic.end(stop);
  }

  /** The callers of open exchanges that match. */
  public List<Caller> matching(Selector selector) {
    return traffic.matching(selector);
  }
}
