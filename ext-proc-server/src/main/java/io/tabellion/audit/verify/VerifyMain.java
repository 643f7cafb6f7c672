package io.tabellion.audit.verify;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a log or a receipt from the command line, with nothing but this package.
 *
 * <pre>
 * java -cp LIB io.tabellion.audit.verify.VerifyMain --log DIR [--key VKEY|FILE] [--checkpoint FILE]
 * java -cp LIB io.tabellion.audit.verify.VerifyMain --receipt FILE --key VKEY|FILE
 *     [--content FILE --salt HEX]
 * </pre>
 *
 * <p>Exit status: 0 verified, 1 something does not hold, 2 it could not be verified.
 */
public final class VerifyMain {
  private static final Set<String> OPTIONS =
      Set.of("--log", "--key", "--checkpoint", "--receipt", "--content", "--salt");

  private VerifyMain() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    try {
      Report report = read(arguments).run();
      out.print(report.text());
      return report.verified() ? 0 : 1;
    } catch (Verification.Impossible e) {
      err.println(e.getMessage());
      return 2;
    }
  }

  private static Verification read(String[] arguments) throws Verification.Impossible {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!OPTIONS.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new Verification.Impossible(
            arguments[i] + ": unknown or without value (expected: one of " + OPTIONS + ")");
      }
      options.put(arguments[i], arguments[i + 1]);
    }
    return new Verification(
        path(options.get("--log")),
        options.get("--key"),
        path(options.get("--checkpoint")),
        path(options.get("--receipt")),
        path(options.get("--content")),
        options.get("--salt"));
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : Path.of(text);
  }
}
