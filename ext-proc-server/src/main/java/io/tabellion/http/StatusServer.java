package io.tabellion.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.tabellion.metrics.Gauge;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Health and metrics over HTTP, without authentication: nothing of the log's content is served
 * there. Beside them the {@link Site}s, which know themselves whom they let in.
 *
 * <ul>
 *   <li>{@code /healthz}: 200 as long as the process answers
 *   <li>{@code /readyz}: 200 if everything is ready, else 503 with what is not, and why. Files that
 *       changed and cannot be used are named; what was read before is used, so it is ready
 *   <li>{@code /metrics}: Prometheus text or OpenMetrics, as asked for
 * </ul>
 *
 * <p>Each request runs on a virtual thread. A request that takes more than 10 s to arrive is cut.
 * Thread-safe.
 */
public final class StatusServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Readiness> readiness;
  private final Metrics metrics;
  private final Exposition exposition;

  private StatusServer(
      HttpServer server, List<Readiness> readiness, Metrics metrics, Exposition exposition) {
    this.server = server;
    this.readiness = List.copyOf(readiness);
    this.metrics = metrics;
    this.exposition = exposition;
  }

  /**
   * Listens and answers.
   *
   * @throws IOException if it cannot listen there
   */
  public static StatusServer start(
      InetSocketAddress address,
      List<Readiness> readiness,
      Metrics metrics,
      List<Gauge> gauges,
      List<Site> sites)
      throws IOException {
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    HttpServer http = HttpServer.create(address, 0);
    StatusServer status =
        new StatusServer(http, readiness, metrics, new Exposition(metrics, gauges));
    http.setExecutor(status.threads);
    http.createContext("/", status.handler());
    sites.forEach(site -> http.createContext(site.path(), site.handler()));
    http.start();
    return status;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private HttpHandler handler() {
    return exchange -> {
      try (exchange) {
        Page page = page(exchange);
        exchange.getResponseHeaders().set("content-type", page.contentType());
        exchange.getResponseHeaders().set("cache-control", "no-store");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(page.status(), head ? -1 : page.body().length);
        if (!head) {
          exchange.getResponseBody().write(page.body());
        }
      }
    };
  }

  private Page page(HttpExchange exchange) throws IOException {
    if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
      return Page.text(405, "expected: GET");
    }
    return switch (exchange.getRequestURI().getPath()) {
      case "/healthz" -> Page.text(200, "ok");
      case "/readyz" -> readyz();
      case "/metrics" -> exposition.page(exchange.getRequestHeaders().getFirst("accept"));
      default -> Page.text(404, "expected: /healthz, /readyz or /metrics");
    };
  }

  private String unused() {
    List<String> files =
        metrics.reloads().entrySet().stream()
            .filter(one -> one.getValue().failed())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    return files.isEmpty()
        ? ""
        : "; changed and cannot be used, what was read before is: " + String.join(", ", files);
  }

  private Page readyz() {
    List<String> waiting = new ArrayList<>();
    for (Readiness part : readiness) {
      String problem = part.problem().get();
      if (problem != null) {
        waiting.add(part.name() + ": " + problem);
      }
    }
    return waiting.isEmpty()
        ? Page.text(200, "ready" + unused())
        : Page.text(503, "not ready: " + String.join(", ", waiting));
  }
}
