package io.tabellion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code health} says of a server that is ready, is not, or is not there. */
@Tag("unit")
class HealthCommandTest {
  private static final String READY = "ready";

  @TempDir private Path folder;
  private final Deque<String> answers = new ArrayDeque<>(); // of the server's one thread, after
  private HttpServer server = unstarted();

  private record Said(int status, String out, String err) {}

  private static HttpServer unstarted() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/readyz",
        exchange -> {
          String text = answers.size() > 1 ? answers.pop() : answers.element();
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(text.equals(READY) ? 200 : 503, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private static Said health(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = CommandLines.verb("health");
    int status =
        line == null
            ? -1
            : line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true)).execute(args);
    return new Said(status, out.toString().strip(), err.toString().strip());
  }

  @Test
  void aServerThatIsReady() {
    answers.add(READY);

    assertThat(health("--url", "http://127.0.0.1:" + port())).isEqualTo(new Said(0, READY, ""));
  }

  @Test
  void itsConfigurationSaysWhere() throws IOException {
    answers.add(READY);
    Path config =
        Files.writeString(
            folder.resolve("tabellion.yaml"),
            """
            ext-proc: {address: "127.0.0.1:9001", insecure-loopback: true}
            api: {address: "127.0.0.1:9002", insecure-loopback: true}
            http: {address: "0.0.0.0:%d"}
            log: {directory: log, origin: example.com/log}
            policy: policy.yaml
            listeners: [{identity: {anonymous: allow}}]
            """
                .formatted(port()));

    assertThat(health("--config", config.toString())).isEqualTo(new Said(0, READY, ""));
  }

  @Test
  void aServerThatIsNotReadySaysWhyAndControlCharactersDoNothing() {
    answers.add("not ready: log: no room\u001b[2J");

    assertThat(health("--url", "http://127.0.0.1:" + port()))
        .isEqualTo(new Said(1, "", "not ready: log: no room\\u{1b}[2J"));
  }

  @Test
  void itWaitsUntilTheServerIsReady() {
    answers.addAll(List.of("not ready: starting", "not ready: starting", READY));

    assertThat(health("--url", "http://127.0.0.1:" + port(), "--wait", "1h").status()).isZero();
  }

  @Test
  void whereNobodyListens() {
    server.stop(0);
    Said said = health("--url", "http://127.0.0.1:" + port());

    assertThat(said.status()).isEqualTo(1);
    assertThat(said.err()).startsWith("http://127.0.0.1:" + port() + "/readyz: no answer: ");
  }

  @Test
  void wrongValuesAreSaid() {
    assertThat(health("--wait", "soon").err())
        .isEqualTo("--wait: soon (expected a duration such as 250ms, 30s, 5m, 1h or 7d)");
    assertThat(health("--url", "https://example.com").err())
        .isEqualTo("--url: https://example.com (expected http://HOST:PORT)");
    assertThat(health("--url", "http://x", "--config", "y").status()).isEqualTo(2);
  }
}
