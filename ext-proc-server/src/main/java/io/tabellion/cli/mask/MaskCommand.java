package io.tabellion.cli.mask;

import io.tabellion.cli.mask.MaskedText.Replacement;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import io.tabellion.detect.engine.Detector;
import io.tabellion.yaml.YamlException;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mask}: shows what would be found in a text, and the text without it. */
@Command(
    name = "mask",
    description = {
      "Show what would be found in a text, and the text with it replaced.",
      "With --lines each line is a text of its own, answered as soon as it was read."
    },
    mixinStandardHelpOptions = true)
public final class MaskCommand implements Callable<Integer> {
  private static final int USAGE = 2;
  private static final int NOBODY_READS = 1;
  private static final int FLUSH = 1 << 16;

  /** Bytes of a text at most. */
  private static final int LONGEST = 1 << 28;

  private static final String REPLACED = ": no UTF-8 in places, read as U+FFFD";

  private final InputStream standardIn;
  private final OutputStream out;
  private final boolean colour;

  @Parameters(paramLabel = "FILE", description = "The text, in UTF-8; - for standard input.")
  private String file = "-";

  @Option(
      names = "--json",
      description =
          "Write {\"masked\": …, \"findings\": [{\"detector\", \"start\", \"end\", \"score\"}]}; places in code points.")
  private boolean json;

  @Option(names = "--lines", description = "Take each line as a text of its own.")
  private boolean lines;

  @Mixin private DetectorOptions options = new DetectorOptions();
  @Mixin private OperatorOptions operators = new OperatorOptions();
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  public MaskCommand() {
    this(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        hasColour(isTerminal(), System.getenv("NO_COLOR")));
  }

  MaskCommand(InputStream standardIn, OutputStream out, boolean colour) {
    this.standardIn = standardIn;
    this.out = out;
    this.colour = colour;
  }

  @Override
  public Integer call() {
    try {
      Detectors detectors = options.detectors();
      detectors.notHonoured().forEach(this::warn);
      Replacement replacement = operators.replacement(detectors);
      try (InputStream in = open()) {
        if (lines) {
          maskLines(detectors, replacement, new LineReader(in));
        } else {
          maskAll(detectors, replacement, text(in));
        }
      }
      return 0;
    } catch (NobodyReadsException _) {
      return NOBODY_READS;
    } catch (NoSuchFileException e) {
      warn(e.getFile() + ": no such file");
    } catch (IOException _) {
      warn(file + ": cannot be read (expected: a file)");
    } catch (IllegalArgumentException | YamlException e) {
      warn(String.valueOf(e.getMessage()));
    }
    return USAGE;
  }

  /** Whoever reads the answers went away, as {@code head} does. */
  private static final class NobodyReadsException extends IOException {
    NobodyReadsException(IOException cause) {
      super(cause);
    }
  }

  private String text(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(LONGEST + 1);
    if (bytes.length > LONGEST) {
      throw new IllegalArgumentException(
          "%s: more than %d MiB (expected: less, or --lines)".formatted(file, LONGEST >> 20));
    }
    if (!LineReader.isUtf8(bytes, 0, bytes.length)) {
      warn(file + REPLACED);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private InputStream open() throws IOException {
    return file.equals("-") ? standardIn : Files.newInputStream(Path.of(file));
  }

  private void warn(String message) {
    if (spec != null) {
      spec.commandLine().getErr().println(message);
    }
  }

  private void maskLines(Detectors detectors, Replacement replacement, LineReader in)
      throws IOException {
    StringBuilder pending = new StringBuilder(2 * FLUSH);
    try {
      for (String line = in.next(); line != null; line = in.next()) {
        append(pending, line, detectors.scan(line), replacement);
        pending.append('\n');
        if (pending.length() >= FLUSH || in.isDrained()) {
          write(pending);
        }
      }
    } finally {
      write(pending);
    }
    if (in.broken() > 0) {
      warn(file + REPLACED + " (lines: " + in.broken() + ")");
    }
  }

  private void append(
      StringBuilder pending, String line, List<Finding> findings, Replacement replacement) {
    if (json) {
      MaskedText.appendJson(pending, line, findings, replacement);
    } else {
      pending.append(MaskedText.of(line, findings, replacement, "", ""));
    }
  }

  private void write(StringBuilder pending) throws IOException {
    if (pending.isEmpty()) {
      return;
    }
    byte[] bytes = pending.toString().getBytes(StandardCharsets.UTF_8);
    pending.setLength(0);
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new NobodyReadsException(e);
    }
  }

  private void maskAll(Detectors detectors, Replacement replacement, String text)
      throws IOException {
    List<Finding> findings = detectors.scan(text);
    StringBuilder shown = new StringBuilder(text.length() + 1024);
    if (json) {
      MaskedText.appendJson(shown, text, findings, replacement);
      shown.append('\n');
    } else {
      show(detectors, replacement, text, findings, shown);
    }
    write(shown);
  }

  private void show(
      Detectors detectors,
      Replacement replacement,
      String text,
      List<Finding> findings,
      StringBuilder out) {
    out.append(
        MaskedText.of(
            text, findings, replacement, colour ? "\u001b[1;33m" : "", colour ? "\u001b[0m" : ""));
    if (!text.isEmpty() && !text.endsWith("\n")) {
      out.append('\n');
    }
    out.append('\n');
    int at = 0;
    int line = 1;
    int lineStart = 0;
    for (Finding finding : findings) {
      for (; at < finding.start(); at++) {
        if (text.charAt(at) == '\n') {
          line++;
          lineStart = at + 1;
        }
      }
      int column = text.codePointCount(lineStart, finding.start()) + 1;
      String place = line + ":" + column;
      out.append(
          String.format(
              Locale.ROOT,
              "%-9s %s%-20s%s %.2f  %s%n",
              place,
              colour ? "\u001b[1m" : "",
              finding.detector(),
              colour ? "\u001b[0m" : "",
              finding.score(),
              reason(detectors, finding)));
    }
    out.append(findings.isEmpty() ? "nothing found" : findings.size() + " found").append('\n');
  }

  @SuppressWarnings("SystemConsoleNull") // it may still be null, says its contract
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /**
   * @param noColour the variable NO_COLOR; null or empty if it is not set
   */
  static boolean hasColour(boolean terminal, @Nullable String noColour) {
    return terminal && (noColour == null || noColour.isEmpty());
  }

  private static String reason(Detectors detectors, Finding finding) {
    for (Detector detector : detectors.all()) {
      if (detector.name().equals(finding.detector())) {
        return detector.rule();
      }
    }
    return "";
  }
}
