package io.tabellion.e2e;

import io.tabellion.parties.Child;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All that was written while a gateway ran: metrics, our output and Envoy's, and the log. */
final class Written {
  static final String POST = "\"method\":\"POST\"";

  private final Map<String, String> texts = new TreeMap<>();
  private final Path log;
  private final Child ours;
  private final Child envoy;

  /**
   * Takes what is there only while it runs. Waits for Envoy's access log, of which Envoy writes
   * what it has every ten seconds, and nothing at its end.
   */
  Written(Gateway gateway) throws InterruptedException, IOException {
    log = gateway.setup().log();
    ours = gateway.server().process();
    envoy = gateway.envoy().process();
    texts.put("metrics", gateway.server().status("/metrics").body());
    envoy.await(line -> line.contains(POST), Duration.ofSeconds(30));
  }

  /** All of it, by where it stands, once the gateway is closed. */
  Map<String, String> texts() throws InterruptedException, IOException {
    ours.awaitOutput();
    envoy.awaitOutput();
    texts.put("our output", String.join("\n", ours.lines()));
    texts.put("envoy", String.join("\n", envoy.lines()));
    for (Trail.Entry entry : Trail.read(log)) {
      texts.merge("leaves", entry.leaf() + "\n", String::concat);
      texts.merge("contents", entry.content() + "\n", String::concat);
    }
    try (Stream<Path> files = Files.walk(log)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        texts.put(log.relativize(file).toString(), new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }
    return texts;
  }
}
