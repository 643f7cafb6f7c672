package io.tabellion.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Gauge;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class StatusServerTest {
  private final Metrics metrics = new Metrics();
  private final AtomicBoolean writable = new AtomicBoolean(true);
  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private StatusServer server;

  @BeforeEach
  void setUp() throws IOException {
    server =
        StatusServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of(
                new Readiness("log", () -> writable.get() ? null : "no room"),
                new Readiness("ext_proc", () -> null)),
            metrics,
            List.of(new Gauge("log_entries", "Entries.", () -> 42)),
            List.of(
                new Site(
                    "/hello",
                    exchange -> {
                      try (exchange) {
                        exchange.sendResponseHeaders(202, -1);
                      }
                    })));
  }

  @AfterEach
  void tearDown() {
    server.close();
    http.close();
  }

  @Test
  void readyOnlyWhileEverythingIs() throws Exception {
    assertThat(get("/readyz").body()).isEqualTo("ready\n");
    writable.set(false);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).isEqualTo("not ready: log: no room\n");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void everyCounterIsShownUnderItsName() throws Exception {
    metrics.increment(Counter.DENIED);
    String text = get("/metrics").body();
    assertThat(text).contains("tabellion_denied_total 1.0", "tabellion_log_entries 42.0");
    for (Counter counter : Counter.values()) {
      assertThat(text).contains("tabellion_" + counter.text().toLowerCase(Locale.ROOT) + "_total ");
    }
  }

  @Test
  void onlyItsThreePagesAndOnlyForReading() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/checkpoint").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/metrics")).POST(HttpRequest.BodyPublishers.noBody()).build();
    assertThat(http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  @Test
  void aSiteAnswersForItselfAndWhatIsBelowIt() throws Exception {
    assertThat(get("/hello/there").statusCode()).isEqualTo(202);
    assertThat(get("/metrics").statusCode()).isEqualTo(200);
  }
}
