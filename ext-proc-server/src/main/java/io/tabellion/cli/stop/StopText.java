package io.tabellion.cli.stop;

import com.google.protobuf.Timestamp;
import io.tabellion.stops.v1.Selector;
import io.tabellion.stops.v1.Stop;
import io.tabellion.terminal.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Stops as text on a terminal. */
final class StopText {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  private final PrintWriter out;
  private final ZoneId zone;
  private final Instant now;

  StopText(PrintWriter out, ZoneId zone, Instant now) {
    this.out = out;
    this.zone = zone;
    this.now = now;
  }

  /** What is stopped, in words. */
  static String what(Selector selector) {
    if (selector.getAll()) {
      return "everything";
    }
    List<String> parts = new ArrayList<>();
    if (!selector.getTool().isEmpty()) {
      parts.add("calls of the tool " + selector.getTool());
    }
    if (!selector.getPrincipal().isEmpty()) {
      parts.add(
          "principal "
              + selector.getPrincipal()
              + (selector.getIssuer().isEmpty() ? "" : " of the issuer " + selector.getIssuer()));
    }
    if (!selector.getServer().isEmpty()) {
      parts.add("server " + selector.getServer());
    }
    return Printable.of(String.join(", ", parts));
  }

  /** A stop that holds. */
  void show(Stop stop) {
    out.printf("%s  %s%n", stop.getId(), what(stop.getSelector()));
    line("since", time(stop.getFrom()) + " (" + span(instant(stop.getFrom()), now) + " ago)");
    line("until", until(stop));
    line("by", Printable.of(stop.getBy()));
    line("reason", Printable.of(stop.getReason()));
    line("refused", refused(stop));
    line("lift", "./tabellion stop lift " + stop.getId());
  }

  static String refused(Stop stop) {
    return String.format(Locale.ROOT, "%,d", stop.getRefused())
        + (stop.getRefused() == 1 ? " message" : " messages");
  }

  private void line(String name, String value) {
    out.printf("  %-8s %s%n", name, value);
  }

  private String until(Stop stop) {
    if (!stop.hasUntil()) {
      return "somebody lifts it";
    }
    Instant end = instant(stop.getUntil());
    return time(stop.getUntil())
        + (end.isAfter(now) ? " (in " + span(now, end) + ")" : " (ends now)");
  }

  private String time(Timestamp at) {
    return TIME.format(instant(at).atZone(zone)) + " " + zone;
  }

  private static Instant instant(Timestamp at) {
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }

  /** Rounded to what a person needs: two units at most. */
  private static String span(Instant from, Instant to) {
    Duration span = Duration.between(from, to);
    if (span.isNegative()) {
      return "0 s";
    }
    if (span.toDays() > 0) {
      return "%d d %d h".formatted(span.toDays(), span.toHoursPart());
    }
    if (span.toHours() > 0) {
      return "%d h %d min".formatted(span.toHours(), span.toMinutesPart());
    }
    return span.toMinutes() > 0
        ? "%d min %d s".formatted(span.toMinutes(), span.toSecondsPart())
        : "%d s".formatted(span.toSeconds());
  }
}
