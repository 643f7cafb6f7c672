package io.tabellion.logs;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Where log lines go, ours and those of libraries: to standard error, as JSON or as text.
 *
 * <p>Everything logs through {@code java.util.logging}. Whoever configures that by themselves
 * ({@code -Djava.util.logging.config.file}) is let have it.
 */
public final class LogOutput {
  private LogOutput() {}

  /** What lines look like. */
  public enum Format {
    /** One JSON object a line. */
    JSON,
    /** For people. */
    TEXT,
    /** Text on a terminal, else JSON. */
    AUTO
  }

  /** To be called before anything logs: lines go on while the process ends. */
  public static void prepare() {
    // By its name: were the class loaded here, the JDK's own would already be in its place.
    if (System.getProperty("java.util.logging.manager") == null) {
      System.setProperty("java.util.logging.manager", "io.tabellion.logs.LastingLogManager");
    }
  }

  /** Has all lines written so from now on. */
  public static void use(Format format) {
    if (System.getProperty("java.util.logging.config.file") != null
        || System.getProperty("java.util.logging.config.class") != null) {
      return;
    }
    Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new Lines(System.err, formatter(format)));
    LastingLogManager.last();
  }

  private static Formatter formatter(Format format) {
    return switch (format) {
      case JSON -> new JsonLine();
      case TEXT -> new TextLine();
      case AUTO -> isTerminal() ? new TextLine() : new JsonLine();
    };
  }

  /** Whether standard error is a terminal; where the system does not say it, standard output. */
  @SuppressWarnings("SystemConsoleNull") // it may still be null, says its contract
  private static boolean isTerminal() {
    try {
      String file = Path.of("/proc/self/fd/2").toRealPath().toString();
      return file.startsWith("/dev/pts/")
          || file.startsWith("/dev/tty")
          || file.equals("/dev/console");
    } catch (IOException e) {
      Console console = System.console();
      return console != null && console.isTerminal();
    }
  }

  /** Writes each line at once and whole. Thread-safe. */
  private static final class Lines extends Handler {
    private final PrintStream out;

    Lines(PrintStream out, Formatter formatter) {
      this.out = out;
      setFormatter(formatter);
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord line) {
      if (isLoggable(line)) {
        byte[] bytes = getFormatter().format(line).getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        out.flush();
      }
    }

    @Override
    public void flush() {
      out.flush();
    }

    @Override
    public void close() {}
  }
}
