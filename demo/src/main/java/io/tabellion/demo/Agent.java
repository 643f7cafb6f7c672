package io.tabellion.demo;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The scripted MCP client: an agent of either era, and what it saw, checked and told. Of one
 * thread.
 */
final class Agent {
  static final String NAME = "demo-agent";

  /** What a call is told that a person has not decided about in time. */
  private static final String PARKED = "PENDING HUMAN APPROVAL";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String STATELESS = "2026-07-28";

  private final URI endpoint;
  private final String token;
  private final Screen screen;

  Agent(URI endpoint, String token, Screen screen) {
    this.endpoint = endpoint;
    this.token = token;
    this.screen = screen;
  }

  /** A call of somebody unknown. */
  void withoutToken() throws IOException, InterruptedException {
    screen.title("A caller without a token");
    int status = post(stateless("tools/list", "{"), false).statusCode();
    expect(status == 401, "tools/list without a token: HTTP " + status + " (expected: 401)");
    saw("tools/list", screen.red("401") + " from Envoy, nothing reached the MCP server");
  }

  /**
   * A conversation of the session era, with the Java SDK.
   *
   * @param person how long a person is waited for who decides about a call
   * @return whether the call was approved
   */
  boolean session(Approver approver, Duration person) throws InterruptedException {
    screen.title("An agent with a session, for alice@example.com (Java SDK)");
    BlockingQueue<McpSchema.ProgressNotification> progress = new LinkedBlockingQueue<>();
    try (McpSyncClient client = client(progress)) {
      McpSchema.InitializeResult hello = client.initialize();
      saw("initialize", hello.serverInfo().name() + ", protocol " + hello.protocolVersion());
      list(client);
      find(client);
      report(client, progress);
      boolean approved = refunded(client, approver, person);
      blocked(client);
      return approved;
    }
  }

  /** Calls of the stateless era. */
  void stateless() throws IOException, InterruptedException {
    screen.title("An agent without sessions, protocol " + STATELESS + " (plain HTTP)");
    String call =
        stateless(
            "tools/call", "{\"name\":\"find_customer\",\"arguments\":{\"name\":\"Grace Hopper\"},");
    HttpResponse<String> answer = post(call, true);
    JsonNode result = JsonMapper.shared().readTree(answer.body()).path("result");
    String text = result.path("content").path(0).path("text").asString("");
    expect(
        answer.statusCode() == 200 && text.startsWith("Grace Hopper"),
        "stateless find_customer: HTTP " + answer.statusCode() + " " + answer.body());
    saw("tools/call find_customer", quoted(text) + screen.dim("  JSON"));
  }

  /** A call of the stateless era that the policy denies. */
  void refused() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post(
            stateless(
                "tools/call",
                "{\"name\":\"delete_customer\",\"arguments\":{\"name\":\"Grace Hopper\"},"),
            true);
    expect(
        answer.body().contains("BLOCKED BY POLICY"),
        "stateless delete_customer: HTTP " + answer.statusCode() + " " + answer.body());
    saw("tools/call delete_customer", screen.red("blocked"));
  }

  private void list(McpSyncClient client) {
    List<String> names =
        client.listTools().tools().stream().map(McpSchema.Tool::name).sorted().toList();
    expect(
        names.equals(List.of("find_customer", "monthly_report", "refund_order")),
        "tools/list: " + names + " (expected: without delete_customer)");
    saw("tools/list", String.join(", ", names) + screen.dim("  delete_customer is hidden"));
  }

  private void find(McpSyncClient client) {
    McpSchema.CallToolResult found = call(client, "find_customer", "name", "Ada Lovelace");
    expect(
        !error(found) && text(found).startsWith("Ada Lovelace"), "find_customer: " + text(found));
    saw("tools/call find_customer", quoted(text(found)) + screen.dim("  JSON"));
  }

  private void report(McpSyncClient client, BlockingQueue<McpSchema.ProgressNotification> progress)
      throws InterruptedException {
    McpSchema.CallToolResult report = call(client, "monthly_report", "month", "2026-10");
    expect(!error(report) && text(report).startsWith("2026-10"), "monthly_report: " + text(report));
    inHand(progress, 3).stream()
        .sorted(Comparator.comparing(McpSchema.ProgressNotification::progress))
        .forEach(step ->
            saw(
                "",
                screen.dim("progress " + step.progress().intValue() + "/3: " + step.message())));
    saw("tools/call monthly_report", quoted(text(report)) + screen.dim("  event stream"));
  }

  /** The SDK tells of progress on a thread of its own, so the last may come after the answer. */
  private static List<McpSchema.ProgressNotification> inHand(
      BlockingQueue<McpSchema.ProgressNotification> progress, int expected)
      throws InterruptedException {
    List<McpSchema.ProgressNotification> steps = new ArrayList<>();
    while (steps.size() < expected) {
      McpSchema.ProgressNotification step = progress.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (step == null) {
        throw new DemoException("progress: " + steps.size() + " (expected: " + expected + ")");
      }
      steps.add(step);
    }
    return steps;
  }

  /** A call that waits for a person, who decides meanwhile. */
  private boolean refunded(McpSyncClient client, Approver approver, Duration person)
      throws InterruptedException {
    Future<McpSchema.CallToolResult> refund =
        CompletableFuture.supplyAsync(
            () -> refund(client),
            Thread::startVirtualThread); // the SDK needs the common pool for itself
    saw("tools/call refund_order", screen.bold("held") + ", a person has to decide");
    boolean approved = approver.decide(person);
    try {
      McpSchema.CallToolResult refunded = refund.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (error(refunded) && text(refunded).startsWith(PARKED)) {
        saw("", screen.dim("the call was told to come again, and comes, with the same arguments"));
        refunded = refund(client);
      }
      expect(
          approved == (!error(refunded) && text(refunded).equals("A-1001: refunded")),
          "refund_order: " + text(refunded));
      if (approved) {
        saw("", quoted(text(refunded)) + screen.dim("  JSON, after the approval"));
      } else {
        saw("", screen.red("denied"));
        screen.paragraph(text(refunded), 32);
      }
      return approved;
    } catch (ExecutionException | TimeoutException e) {
      throw new DemoException("refund_order: no answer: " + e.getMessage(), e);
    }
  }

  private McpSchema.CallToolResult refund(McpSyncClient client) {
    return call(client, "refund_order", "order", "A-1001");
  }

  private void blocked(McpSyncClient client) {
    McpSchema.CallToolResult blocked = call(client, "delete_customer", "name", "Ada Lovelace");
    expect(
        error(blocked) && text(blocked).contains("takes a person"),
        "delete_customer: " + text(blocked) + " (expected: blocked)");
    saw("tools/call delete_customer", screen.red("blocked"));
    screen.paragraph(text(blocked), 32);
  }

  private McpSyncClient client(BlockingQueue<McpSchema.ProgressNotification> progress) {
    var transport =
        HttpClientStreamableHttpTransport.builder(endpoint.resolve("/").toString())
            .endpoint(endpoint.getPath())
            .addHttpRequestCustomizer((request, method, uri, body, context) ->
                request.header("authorization", "Bearer " + token))
            .build();
    return McpClient.sync(transport)
        .clientInfo(McpSchema.Implementation.builder(NAME, "1.0").build())
        .requestTimeout(PATIENCE)
        .initializationTimeout(PATIENCE)
        .progressConsumer(progress::add)
        .build();
  }

  private static McpSchema.CallToolResult call(
      McpSyncClient client, String tool, String name, String value) {
    return client.callTool(
        McpSchema.CallToolRequest.builder(tool)
            .arguments(Map.of(name, value))
            .progressToken(tool)
            .build());
  }

  private HttpResponse<String> post(String body, boolean withToken)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", STATELESS)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    JsonNode message = JsonMapper.shared().readTree(body);
    request.header("mcp-method", message.path("method").asString(""));
    if (message.path("params").has("name")) {
      request.header("mcp-name", message.path("params").path("name").asString(""));
    }
    if (withToken) {
      request.header("authorization", "Bearer " + token);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  /** A message whose params begin with {@code params}. */
  private static String stateless(String method, String params) {
    return """
    {"jsonrpc":"2.0","id":"demo-1","method":"%s","params":%s"_meta":{
     "io.modelcontextprotocol/protocolVersion":"%s",
     "io.modelcontextprotocol/clientInfo":{"name":"%s","version":"1.0"},
     "io.modelcontextprotocol/clientCapabilities":{}}}}
    """
        .formatted(method, params, STATELESS, NAME);
  }

  private void saw(String what, String answer) {
    screen.line(
        "  " + screen.bold("%-28s".formatted(what)) + (what.isEmpty() ? "  " : "→ ") + answer);
  }

  private static String text(McpSchema.CallToolResult result) {
    return result.content().getFirst() instanceof McpSchema.TextContent content
        ? content.text()
        : "";
  }

  private static boolean error(McpSchema.CallToolResult result) {
    return Boolean.TRUE.equals(result.isError());
  }

  private static String quoted(String text) {
    return "“" + text + "”";
  }

  private static void expect(boolean held, String otherwise) {
    if (!held) {
      throw new DemoException("the demo did not go as it should: " + otherwise);
    }
  }
}
