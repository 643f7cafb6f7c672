package io.tabellion.logs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** What lines of both formats say. */
final class Fields {
  private Fields() {}

  /** The usual words; those of {@code java.util.logging} are its own. */
  static String level(LogRecord line) {
    int level = line.getLevel().intValue();
    if (level >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return level >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  /** Fields beside the message: a map that is the only parameter. */
  static Map<?, ?> more(LogRecord line) {
    Object[] parameters = line.getParameters();
    return parameters != null && parameters.length == 1 && parameters[0] instanceof Map<?, ?> more
        ? more
        : Map.of();
  }

  static @Nullable String stack(LogRecord line) {
    Throwable thrown = line.getThrown();
    if (thrown == null) {
      return null;
    }
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
