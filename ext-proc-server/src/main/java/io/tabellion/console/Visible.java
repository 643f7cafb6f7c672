package io.tabellion.console;

import io.tabellion.terminal.Printable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Values as people read them: what cannot be seen, or turns the writing direction, is shown. */
final class Visible {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private Visible() {}

  /** A text of others on one line. Escaping for HTML is the template's. */
  static String of(String text) {
    return Printable.of(text);
  }

  /** The same, with its line ends. */
  static String lines(String text) {
    return Printable.lines(text);
  }

  /** The same, no longer than so many characters. */
  static String brief(String text, int most) {
    if (text.length() <= most) {
      return of(text);
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return of(text.substring(0, end)) + "…";
  }

  /** A moment, for people and, in RFC 3339, for programs. */
  record Moment(String text, String exact) {
    static Moment of(Instant at) {
      return new Moment(TIME.format(at), at.truncatedTo(ChronoUnit.MILLIS).toString());
    }
  }

  static String left(Duration left) {
    if (left.isNegative() || left.isZero()) {
      return "0 s";
    }
    if (left.toDays() > 0) {
      return left.toDays() + " d " + left.toHoursPart() + " h";
    }
    if (left.toHours() > 0) {
      return left.toHours() + " h " + left.toMinutesPart() + " min";
    }
    return left.toMinutes() > 0
        ? left.toMinutes() + " min " + left.toSecondsPart() + " s"
        : left.toSeconds() + " s";
  }
}
