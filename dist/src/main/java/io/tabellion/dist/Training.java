package io.tabellion.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes a program's cache of classes and profiles (JEP 483, JEP 515): runs it for a while. */
final class Training {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String NEEDS = "expected: a program that starts here";

  /** A routes file as good as any. */
  private static final String ROUTES =
      """
      listeners: [{address: "127.0.0.1:10000", url: "http://127.0.0.1:10000"}]
      ext-proc: {address: "127.0.0.1:9001", insecure-loopback: true}
      servers: [{name: training, url: "http://127.0.0.1:9100/mcp"}]
      """;

  private Training() {}

  /**
   * Trains; returns whether there is a cache now. The sample has none.
   *
   * @param java the program {@code java} with the options of the program
   */
  static boolean of(Program program, List<String> java, String classPath, Path cache, Path scratch)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-Xlog:aot=error", "-Xlog:cds=error"));
    command.addAll(List.of("-cp", classPath));
    switch (program) {
      case SERVER -> {
        command.add("io.tabellion.Training");
        Tool.run(scratch, NEEDS, command);
      }
      case CONTROL_PLANE -> controlPlane(command, scratch);
      case SAMPLE -> {
        return false;
      }
    }
    if (!Files.isRegularFile(cache)) {
      throw new DistException(cache + ": was not written (expected: by the JVM at its end)");
    }
    return true;
  }

  /** The control plane is started with a routes file and told to stop. */
  private static void controlPlane(List<String> command, Path scratch)
      throws IOException, InterruptedException {
    command.addAll(
        List.of(
            "io.tabellion.xds.Main",
            "--routes",
            Files.writeString(scratch.resolve("routes.yaml"), ROUTES).toString(),
            "--secrets",
            scratch.resolve("secrets").toString(),
            "--port",
            Integer.toString(freePort())));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try (var lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("control plane on ")) {
        line = lines.readLine();
      }
      process.toHandle().destroy(); // Process.destroy would also stop reading
      lines.lines().forEach(_ -> {});
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
