package io.tabellion.demo;

import io.tabellion.audit.verify.VerifyMain;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import tools.jackson.core.json.JsonFactory;

/**
 * Runs the offline verifier as a program of its own, which knows nothing of the server.
 *
 * @param log the log's directory
 */
record Verifier(Path log) {

  /**
   * Returns what it reports.
   *
   * @throws DemoException if the log does not verify
   */
  List<String> verify() throws InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath(),
            VerifyMain.class.getName(),
            "--log",
            log.toString());
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String report =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new DemoException("the log does not verify:\n" + report);
      }
      return report.lines().toList();
    } catch (IOException e) {
      throw new DemoException("the verifier cannot be started: " + e.getMessage(), e);
    }
  }

  /** The verifier's jar and the two libraries that it needs: nothing of what wrote the log. */
  private static String classPath() {
    return Stream.of(VerifyMain.class, Ed25519.class, JsonFactory.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(jar -> Path.of(URI.create(jar.toString())).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
