package io.tabellion.logs;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** {@code 12:04:59.123 WARN message key=value}: for people at a terminal. Thread-safe. */
final class TextLine extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  @Override
  public String format(LogRecord line) {
    StringBuilder text = new StringBuilder();
    text.append(TIME.format(line.getInstant()))
        .append(' ')
        .append(String.format(Locale.ROOT, "%-5s", Fields.level(line)))
        .append(' ')
        .append(formatMessage(line));
    Fields.more(line)
        .forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
    text.append('\n');
    String stack = Fields.stack(line);
    if (stack != null) {
      text.append(stack);
    }
    return text.toString();
  }
}
