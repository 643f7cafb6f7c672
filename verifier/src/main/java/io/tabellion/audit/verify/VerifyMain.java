package io.tabellion.audit.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a log, a receipt or an original from the command line, with nothing but this package.
 *
 * <pre>
 * java -cp LIB io.tabellion.audit.verify.VerifyMain --log DIR [--key VKEY|FILE] [--checkpoint FILE]
 *     [--without-contents] [--every-signature] [--hot-copy]
 * java -cp LIB io.tabellion.audit.verify.VerifyMain --receipt FILE --key VKEY|FILE
 *     [--content FILE --salt HEX]
 * java -cp LIB io.tabellion.audit.verify.VerifyMain --receipt FILE --key VKEY|FILE
 *     --disclosure-key FILE --place POINTER --original FILE [--commitments FILE]
 * </pre>
 *
 * <p>Exit status: 0 verified, 1 something does not hold, 2 it could not be verified.
 */
public final class VerifyMain {
  private static final Set<String> OPTIONS =
      Set.of(
          "--log",
          "--key",
          "--checkpoint",
          "--receipt",
          "--content",
          "--salt",
          "--disclosure-key",
          "--place",
          "--original",
          "--commitments");

  private static final Set<String> FLAGS =
      Set.of("--without-contents", "--every-signature", "--hot-copy");

  private static final List<String> OF_ORIGINAL =
      List.of("--key", "--receipt", "--disclosure-key", "--place", "--original");

  private VerifyMain() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    try {
      Map<String, String> options = read(arguments);
      Report report =
          options.containsKey("--original") ? original(options) : verification(options).run();
      out.print(report.text());
      return report.verified() ? 0 : 1;
    } catch (Verification.Impossible | InvalidPathException e) {
      err.println(e.getMessage());
      return 2;
    }
  }

  private static Map<String, String> read(String[] arguments) throws Verification.Impossible {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (FLAGS.contains(arguments[i])) {
        options.put(arguments[i--], "");
        continue;
      }
      if (!OPTIONS.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new Verification.Impossible(
            arguments[i] + ": unknown or without value (expected: one of " + OPTIONS + ")");
      }
      options.put(arguments[i], arguments[i + 1]);
    }
    return options;
  }

  private static Report original(Map<String, String> options) throws Verification.Impossible {
    for (String option : OF_ORIGINAL) {
      if (!options.containsKey(option)) {
        throw new Verification.Impossible(option + ": missing (expected: with --original)");
      }
    }
    try {
      return new OriginalProof(
              options.getOrDefault("--key", ""),
              Path.of(options.getOrDefault("--receipt", "")),
              Path.of(options.getOrDefault("--disclosure-key", "")),
              options.getOrDefault("--place", ""),
              Files.readString(Path.of(options.getOrDefault("--original", ""))),
              path(options.get("--commitments")))
          .run();
    } catch (IOException e) {
      throw new Verification.Impossible("--original: cannot be read", e);
    }
  }

  private static Verification verification(Map<String, String> options) {
    return new Verification(
        path(options.get("--log")),
        options.get("--key"),
        path(options.get("--checkpoint")),
        path(options.get("--receipt")),
        path(options.get("--content")),
        options.get("--salt"),
        new Verification.Scope(
            !options.containsKey("--without-contents"),
            options.containsKey("--every-signature"),
            options.containsKey("--hot-copy")));
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : Path.of(text);
  }
}
