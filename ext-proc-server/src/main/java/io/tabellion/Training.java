package io.tabellion;

import io.tabellion.cli.CommandLines;
import io.tabellion.config.Config;
import io.tabellion.extproc.CannedCalls;
import io.tabellion.rehearsal.Rehearsal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Trains a cache of classes and profiles for {@code serve} (JEP 483, JEP 515): starts the server in
 * a temporary folder on free loopback ports, calls it for some seconds, and ends. The JVM writes
 * the cache when it is started with {@code -XX:AOTCacheOutput=FILE} and the options and class path
 * of the server (docs/performance.md).
 */
public final class Training {
  private static final int CALLS = 500;
  private static final Duration LOAD = Duration.ofSeconds(5);

  private static final String CONFIG =
      """
      ext-proc: {address: "127.0.0.1:0", insecure-loopback: true}
      api: {address: "127.0.0.1:0", insecure-loopback: true}
      http: {address: "127.0.0.1:0"}
      log: {directory: log, origin: training.invalid/log}
      policy: policy.yaml
      listeners: [{identity: {anonymous: allow}}]
      """;

  private Training() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tabellion-training-");
    try {
      Files.writeString(folder.resolve("policy.yaml"), CannedCalls.POLICY);
      Path config = Files.writeString(folder.resolve("tabellion.yaml"), CONFIG);
      // By the command line, as the server is started: its classes are a part of the start.
      int status = CommandLines.execute(Training::train, "serve", "--config", config.toString());
      if (status != 0) {
        throw new IllegalStateException("serve: " + status + " (expected: 0)");
      }
    } finally {
      delete(folder);
    }
  }

  private static void train(Config config) throws InterruptedException {
    InstantSource clock = InstantSource.system();
    Rehearsal rehearsal = Rehearsal.begin(clock, CALLS);
    try (Server server = Server.start(config, clock, rehearsal);
        CannedCalls envoy = new CannedCalls(port(server, "ext_proc"));
        HttpClient http = HttpClient.newHttpClient()) {
      for (String path : List.of("/readyz", "/metrics")) {
        URI uri = URI.create("http://127.0.0.1:" + port(server, "metrics") + path);
        var _ = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      }
      long end = System.nanoTime() + LOAD.toNanos();
      while (System.nanoTime() < end) {
        envoy.play();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int port(Server server, String part) {
    String line =
        server.listening().stream().filter(each -> each.startsWith(part)).findFirst().orElseThrow();
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
