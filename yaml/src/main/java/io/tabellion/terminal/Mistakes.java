package io.tabellion.terminal;

import io.tabellion.yaml.Explained;
import io.tabellion.yaml.Nearest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command in one line, in the words of whoever typed it: the option, the
 * value, and what is expected. No usage, which {@code --help} shows, and no stack trace, which
 * {@code TABELLION_TRACE=1} in the environment shows.
 */
public final class Mistakes {
  /** Exit status of what could not be tried. */
  public static final int IMPOSSIBLE = 2;

  private static final String TRACE = "TABELLION_TRACE";

  private Mistakes() {}

  /** Has a command line, with all its verbs, speak so. */
  public static CommandLine in(CommandLine line) {
    return line.setParameterExceptionHandler(Mistakes::typed)
        .setExecutionExceptionHandler((e, where, _) -> failed(e, where.getErr()));
  }

  private static int typed(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(printable(typed(e, line)));
    return IMPOSSIBLE;
  }

  private static String typed(ParameterException e, CommandLine line) {
    return switch (e) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched, line);
      case MissingParameterException missing -> missing(missing, line);
      case OverwrittenOptionException again when again.getOverwritten() != null ->
          name(again.getOverwritten()) + ": given more than once (expected: once)";
      default -> value(e);
    };
  }

  private static String unmatched(UnmatchedArgumentException e, CommandLine line) {
    String word = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().getFirst();
    if (e.isUnknownOption()) {
      return "%s: no such option%s".formatted(word, instead(word, optionsOf(line), line));
    }
    List<String> verbs = verbsOf(line);
    boolean verb = !verbs.isEmpty() && line.getCommandSpec().positionalParameters().isEmpty();
    return verb
        ? "%s %s: no such verb%s".formatted(full(line), word, instead(word, verbs, line))
        : "%s: not expected here (see %s --help)".formatted(word, full(line));
  }

  private static String instead(String word, Collection<String> known, CommandLine line) {
    String meant = word.replaceAll("=.*", "");
    String dashes = meant.startsWith("--") ? "--" : "";
    List<String> bare =
        known.stream()
            .filter(name -> name.startsWith(dashes))
            .map(name -> name.substring(dashes.length()))
            .toList();
    return Nearest.of(meant.substring(dashes.length()), bare)
        .map(dashes::concat)
        .map(" (did you mean %s?)"::formatted)
        .orElseGet(() ->
            known.size() > 20 || known.isEmpty() || known.iterator().next().startsWith("-")
                ? " (see %s --help)".formatted(full(line))
                : " (expected: one of %s)".formatted(String.join(", ", known)));
  }

  private static List<String> verbsOf(CommandLine line) {
    return line.getSubcommands().entrySet().stream()
        .filter(verb -> !verb.getValue().getCommandSpec().usageMessage().hidden())
        .map(verb -> verb.getKey())
        .toList();
  }

  private static List<String> optionsOf(CommandLine line) {
    List<String> names = new ArrayList<>();
    line.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }

  private static String missing(MissingParameterException e, CommandLine line) {
    List<ArgSpec> missing = e.getMissing();
    if (missing.size() != 1 || String.valueOf(e.getMessage()).startsWith("Missing required op")) {
      String names = missing.stream().map(Mistakes::withLabel).collect(Collectors.joining(", "));
      return "%s is missing (see %s --help)".formatted(names, full(line));
    }
    return missing.getFirst() instanceof OptionSpec option
        ? "%s: no value (expected: %s)".formatted(name(option), withLabel(option))
        : "%s is missing (see %s --help)".formatted(withLabel(missing.getFirst()), full(line));
  }

  private static String value(ParameterException e) {
    ArgSpec spec = e.getArgSpec();
    Throwable cause = e.getCause();
    if (spec == null) {
      return oneLine(e);
    }
    if (cause == null) {
      return name(spec) + ": not as expected (expected " + spec.paramLabel() + ")";
    }
    return "%s: %s (%s)".formatted(name(spec), e.getValue(), expected(spec, cause));
  }

  private static String expected(ArgSpec spec, Throwable cause) {
    Class<?> type = spec.auxiliaryTypes()[0];
    String message = String.valueOf(cause.getMessage());
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return message.startsWith("expected ") ? message : "expected a whole number";
    }
    if (type == double.class || type == Double.class) {
      return message.startsWith("expected ") ? message : "expected a number";
    }
    return cause instanceof InvalidPathException || cause.getCause() instanceof InvalidPathException
        ? "expected the path of a file"
        : cause instanceof TypeConversionException && message.startsWith("expected ")
            ? message
            : "expected " + spec.paramLabel();
  }

  private static String name(ArgSpec spec) {
    return spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
  }

  private static String withLabel(ArgSpec spec) {
    return spec instanceof PositionalParamSpec
        ? spec.paramLabel()
        : name(spec) + " " + spec.paramLabel();
  }

  private static String full(CommandLine line) {
    String name = line.getCommandSpec().qualifiedName();
    return "./" + (name.startsWith("tabellion") ? name : "tabellion " + name);
  }

  /** Says why a verb could not do what it was asked; returns the exit status. */
  public static int failed(Exception e, PrintWriter err) {
    err.println(explain(e));
    if (System.getenv(TRACE) != null) {
      e.printStackTrace(err);
    }
    err.flush();
    return IMPOSSIBLE;
  }

  private static String explain(Exception e) {
    return switch (e) {
      case Explained _ -> String.valueOf(e.getMessage());
      case IOException failure -> of(failure);
      case UncheckedIOException failure -> of(failure.getCause());
      case InvalidPathException path -> printable(path.getInput()) + ": not the path of a file";
      case InterruptedException _ -> "interrupted";
      default -> unexpected(e);
    };
  }

  private static String unexpected(Exception e) {
    StackTraceElement[] stack = e.getStackTrace();
    String at =
        Arrays.stream(stack)
            .filter(frame -> frame.getClassName().startsWith("io.tabellion"))
            .findFirst()
            .map(" at %s"::formatted)
            .orElse("");
    return "a fault of Tabellion: %s%s (please report it; %s=1 shows all of it)"
        .formatted(oneLine(e), at, TRACE);
  }

  /** Returns what went wrong with a file or connection, and which, in one line. */
  public static String of(@Nullable IOException e) {
    return switch (e) {
      case null -> "cannot be read";
      case NoSuchFileException file -> file.getFile() + ": no such file or directory";
      case AccessDeniedException file -> file.getFile() + ": permission denied";
      case FileAlreadyExistsException file -> file.getFile() + ": exists already";
      case NotDirectoryException file -> file.getFile() + ": not a directory";
      case FileSystemException file when file.getFile() != null ->
          file.getFile() + ": " + (file.getReason() == null ? "failed" : file.getReason());
      case CharacterCodingException _ -> "not a text in UTF-8";
      default -> oneLine(e);
    };
  }

  private static String oneLine(Exception e) {
    String message = e.getMessage();
    String first = message == null ? e.getClass().getSimpleName() : message;
    return printable(first.strip().replaceAll("\\R+", "; "));
  }

  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}]", "\uFFFD");
  }
}
