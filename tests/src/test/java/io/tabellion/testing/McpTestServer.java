package io.tabellion.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An MCP server that keeps a journal of all that reaches it, in the order in which it came. It
 * reads no more of a request than it must: what it got is for the test to judge.
 *
 * <p>{@code tools/list} shows what the test says. Tools: {@code echo} answers as JSON; {@code
 * stream} as an event stream of three progress events and the result, {@link #pace paced} by the
 * test; {@code wait} answers as JSON when {@link #release released}; {@code minute} after 60 s.
 * {@code initialize} begins a session, of which it asks nothing later. GET gets an event stream,
 * DELETE 204.
 *
 * <p>Thread-safe.
 */
public final class McpTestServer implements AutoCloseable {
  /** Stands in every content of an answer: an ext_proc server that judges can replace it. */
  public static final String MARK = "answer-as-sent";

  /** With this header the stream of a GET stays open until it is {@link #release released}. */
  public static final String HOLD = "x-test-hold";

  private static final Pattern NONCE = Pattern.compile("\"nonce\":\"([^\"]*)\"");
  private static final Pattern TOOL = Pattern.compile("\"name\":\"([^\"]*)\"");
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+|\"[^\"]*\")");
  private static final Duration PACE = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int EVENTS = 3;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Execution> journal = new CopyOnWriteArrayList<>();
  private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger sessions = new AtomicInteger();
  private final Semaphore pace = new Semaphore(0);
  private volatile Consumer<Execution> listener = _ -> {};
  private volatile String tools = "";

  /**
   * One request that reached the server.
   *
   * @param nonce the argument of that name, empty if there was none
   * @param headers names of its headers, in lower case
   * @param body as it came
   */
  public record Execution(String httpMethod, String nonce, Set<String> headers, String body) {
    public Execution {
      headers = Set.copyOf(headers);
    }
  }

  private McpTestServer(HttpServer server) {
    this.server = server;
  }

  public static McpTestServer start() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      McpTestServer server = new McpTestServer(http);
      http.setExecutor(server.threads);
      http.createContext("/", server::handle);
      http.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** All requests so far. */
  public List<Execution> journal() {
    return List.copyOf(journal);
  }

  /** Is told of each request when it has been written down and before it is answered. */
  public void onExecution(Consumer<Execution> observer) {
    listener = observer;
  }

  /** From now on {@code tools/list} shows these, as JSON with commas between. */
  public void shows(String definitions) {
    tools = definitions;
  }

  /** Lets one more event of a stream go. */
  public void pace() {
    pace.release();
  }

  /** Lets the call with this nonce be answered, now or when it comes. */
  public void release(String nonce) {
    gate(nonce).countDown();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private CountDownLatch gate(String nonce) {
    return waiting.computeIfAbsent(nonce, _ -> new CountDownLatch(1));
  }

  private static Set<String> headers(HttpExchange http) {
    return http.getRequestHeaders().keySet().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private void handle(HttpExchange http) throws IOException {
    try (http) {
      String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String nonce = first(NONCE, body, "");
      Execution execution = new Execution(http.getRequestMethod(), nonce, headers(http), body);
      journal.add(execution);
      listener.accept(execution);
      answer(http, execution);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange http, Execution execution)
      throws IOException, InterruptedException {
    switch (execution.httpMethod()) {
      case "POST" -> post(http, execution);
      case "GET" -> {
        if (execution.headers().contains(HOLD)) {
          event(open(http), log(execution, 1));
          gate(HOLD).await();
        } else {
          stream(http, execution, "");
        }
      }
      default -> http.sendResponseHeaders(204, -1);
    }
  }

  private void post(HttpExchange http, Execution execution)
      throws IOException, InterruptedException {
    if (execution.body().contains("\"method\":\"initialize\"")) {
      http.getResponseHeaders().set("mcp-session-id", "session-" + sessions.incrementAndGet());
      json(http, hello(first(ID, execution.body(), "null")));
    } else if (execution.body().contains("\"method\":\"tools/list\"")) {
      json(http, list(first(ID, execution.body(), "null")));
    } else {
      call(http, execution, first(TOOL, execution.body(), "echo"));
    }
  }

  private static String hello(String id) {
    return """
    {"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
    "serverInfo":{"name":"mcp-test-server","version":"1"}}}\
    """
        .formatted(id);
  }

  private String list(String id) {
    return """
    {"jsonrpc":"2.0","id":%s,"result":{"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[%s]}}\
    """
        .formatted(id, tools);
  }

  private void call(HttpExchange http, Execution execution, String tool)
      throws IOException, InterruptedException {
    String result = result(execution);
    switch (tool) {
      case "stream" -> stream(http, execution, result);
      case "holdstream" -> {
        OutputStream out = open(http);
        event(out, log(execution, 1));
        gate(execution.nonce()).await();
        event(out, result);
      }
      case "wait" -> {
        gate(execution.nonce()).await();
        json(http, result);
      }
      case "minute" -> {
        gate(execution.nonce()).await(LONG.toMillis(), TimeUnit.MILLISECONDS);
        json(http, result);
      }
      default -> json(http, result);
    }
  }

  private static String result(Execution execution) {
    return """
    {"jsonrpc":"2.0","id":%s,"result":{"resultType":"complete","content":[{"type":"text","text":"%s %s"}],\
    "isError":false}}\
    """
        .formatted(first(ID, execution.body(), "null"), MARK, execution.nonce());
  }

  private static void json(HttpExchange http, String result) throws IOException {
    byte[] bytes = result.getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().set("content-type", "application/json");
    http.sendResponseHeaders(200, bytes.length);
    http.getResponseBody().write(bytes);
  }

  /** Each event waits for the test's pace, or 100 ms where nobody sets one. */
  private void stream(HttpExchange http, Execution execution, String result)
      throws IOException, InterruptedException {
    OutputStream out = open(http);
    pace.drainPermits();
    for (int i = 1; i <= EVENTS; i++) {
      event(out, log(execution, i));
      pace.tryAcquire(PACE.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!result.isEmpty()) {
      event(out, result);
    }
  }

  private static OutputStream open(HttpExchange http) throws IOException {
    http.getResponseHeaders().set("content-type", "text/event-stream");
    http.sendResponseHeaders(200, 0);
    return http.getResponseBody();
  }

  private static String log(Execution execution, int number) {
    return """
    {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"%s %s %d"}}\
    """
        .formatted(MARK, execution.nonce(), number);
  }

  private static void event(OutputStream out, String data) throws IOException {
    out.write(("event: message\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String first(Pattern pattern, String text, String otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : otherwise;
  }
}
