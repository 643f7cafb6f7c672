package io.tabellion.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A receiver of webhooks on a loopback port, which answers as it is told. Thread-safe. */
public final class Receiver implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
  private volatile Answering answering = http -> http.sendResponseHeaders(204, -1);

  /** How a request is answered. */
  @FunctionalInterface
  public interface Answering {
    void answer(HttpExchange http) throws IOException;
  }

  /** One request. */
  public record Got(String method, String path, Map<String, List<String>> headers, String body) {

    /** The one value of a header. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().getFirst())
          .findFirst()
          .orElse("");
    }
  }

  private Receiver(HttpServer server) {
    this.server = server;
  }

  public static Receiver start() throws IOException {
    return start(0);
  }

  /** One on a port of which something is known already. */
  public static Receiver start(int port) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    Receiver receiver = new Receiver(http);
    http.setExecutor(receiver.threads);
    http.createContext("/", receiver::handle);
    http.start();
    return receiver;
  }

  private void handle(HttpExchange http) throws IOException {
    try (http) {
      String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      got.add(
          new Got(
              http.getRequestMethod(),
              http.getRequestURI().toString(),
              Map.copyOf(http.getRequestHeaders()),
              body));
      answering.answer(http);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/hook");
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** From now on requests are answered so. */
  public void answers(Answering how) {
    answering = how;
  }

  /** From now on with this status and no body. */
  public void answers(int status) {
    answers(http -> http.sendResponseHeaders(status, -1));
  }

  /** The next request; waits for it. */
  public Got next() throws InterruptedException {
    Got next = got.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("receiver: nothing came in " + PATIENCE_SECONDS + " s");
    }
    return next;
  }

  /** How many came that nobody took. */
  public int left() {
    return got.size();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
