package io.tabellion.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Plays Envoy for an ext_proc port of this process: exchanges that are always the same, one after
 * another. They ready a server before callers come, and train its cache of classes.
 *
 * <p>Not thread-safe.
 */
public final class CannedCalls implements AutoCloseable {
  /** The MCP server that the calls are for. */
  public static final String SERVER = "rehearsal";

  /** What is to judge them: one is denied, one is allowed by a condition. */
  public static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: rehearsal, version: 1}
      rules:
      - {id: dangerous, match: {tools: [drop_table]}, then: deny, message: This tool is closed.}
      - id: named
        match: {tools: ["find_*"]}
        when: "size(args.customer) > 0 && args.customer.startsWith('c-')"
        then: allow
      - {id: all, match: {}, then: allow}
      """;

  /** A tool that the policy denies. */
  private static final String DENIED = "drop_table";

  private static final String ATTRIBUTES = "envoy.filters.http.ext_proc";
  private static final long PATIENCE_SECONDS = 10;

  private static final String META =
      """
      "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientInfo":{"name":"rehearsal","version":"1"},\
      "io.modelcontextprotocol/clientCapabilities":{}}\
      """;

  private static final String ANSWER =
      """
      {"jsonrpc":"2.0","id":%d,"result":{"resultType":"complete","content":[{"type":"text","text":\
      "{\\"customer\\":\\"c-%d\\",\\"mail\\":\\"mary.major@example.com\\",\\"phone\\":\\"+1 202 555 0147\\",\
      \\"note\\":\\"Prefers a call in the morning; two of three orders are packed.\\"}"}],\
      "isError":false}}\
      """;

  private final ManagedChannel channel;
  private final ExternalProcessorGrpc.ExternalProcessorStub stub;
  private int number;

  /** Connects to a port on loopback. */
  public CannedCalls(int port) {
    channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .usePlaintext()
            .directExecutor()
            .build();
    Metadata head = new Metadata();
    head.put(Metadata.Key.of("x-tabellion-server", Metadata.ASCII_STRING_MARSHALLER), SERVER);
    stub =
        ExternalProcessorGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(head));
  }

  /**
   * Plays one exchange: a call of a tool as a rule, at times one that the policy denies, a list of
   * tools, or an answer as an SSE stream.
   *
   * @throws IllegalStateException if the server does not answer as it should
   */
  public void play() throws InterruptedException {
    int kind = number++ % 8;
    switch (kind) {
      case 1 -> denied();
      case 2 -> answered("tools/list", "", tools());
      case 3 -> streamed();
      default -> answered("tools/call", "find_customer", ANSWER.formatted(number, number));
    }
  }

  private void answered(String method, String tool, String answer) throws InterruptedException {
    try (Exchange exchange = new Exchange()) {
      exchange.request(method, tool, body(method, tool));
      exchange.expect(ProcessingResponse.ResponseCase.REQUEST_HEADERS);
      exchange.answer("application/json", answer);
      exchange.expect(ProcessingResponse.ResponseCase.RESPONSE_HEADERS);
    }
  }

  private String tools() {
    return """
    {"jsonrpc":"2.0","id":%d,"result":{"resultType":"complete","tools":[{"name":"find_customer",\
    "description":"Finds a customer.","inputSchema":{"type":"object","properties":{\
    "customer":{"type":"string"},"fields":{"type":"array","items":{"type":"string"}}},\
    "required":["customer"]}}],"ttlMs":60000,"cacheScope":"private"}}\
    """
        .formatted(number);
  }

  private void denied() throws InterruptedException {
    try (Exchange exchange = new Exchange()) {
      exchange.request("tools/call", DENIED, body("tools/call", DENIED));
      exchange.expect(ProcessingResponse.ResponseCase.IMMEDIATE_RESPONSE);
    }
  }

  private void streamed() throws InterruptedException {
    String answer = ANSWER.formatted(number, number);
    try (Exchange exchange = new Exchange()) {
      exchange.request("tools/call", "find_customer", body("tools/call", "find_customer"));
      exchange.expect(ProcessingResponse.ResponseCase.REQUEST_HEADERS);
      exchange.answer("text/event-stream", "event: message\ndata: " + answer + "\n\n");
      exchange.expect(ProcessingResponse.ResponseCase.RESPONSE_HEADERS);
      while (!exchange
          .expect(ProcessingResponse.ResponseCase.RESPONSE_BODY)
          .getResponseBody()
          .getResponse()
          .getBodyMutation()
          .getStreamedResponse()
          .getEndOfStream()) {}
    }
  }

  private String body(String method, String tool) {
    String named =
        tool.isEmpty()
            ? ""
            : """
            "name":"%s","arguments":{"customer":"c-%d","fields":["name","tier","last_contact"]},\
            """
                .formatted(tool, number);
    return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":{%s%s}}"
        .formatted(number, method, named, META);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** One stream of ext_proc. */
  private final class Exchange implements AutoCloseable {
    private final BlockingQueue<Object> replies = new LinkedBlockingQueue<>();
    private final StreamObserver<ProcessingRequest> call =
        stub.process(
            new StreamObserver<>() {
              @Override
              public void onNext(ProcessingResponse reply) {
                replies.add(reply);
              }

              @Override
              public void onError(Throwable failure) {
                replies.add(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                replies.add(Status.OK);
              }
            });

    void request(String method, String tool, String body) {
      Map<String, String> headers =
          Map.of(
              ":method", "POST",
              ":path", "/rehearsal/mcp",
              "content-type", "application/json",
              "accept", "application/json, text/event-stream",
              "mcp-protocol-version", "2026-07-28",
              "mcp-method", method,
              "mcp-name", tool);
      Struct attributes =
          Struct.newBuilder()
              .putFields("xds.route_name", text("mcp/" + SERVER))
              .putFields("request.id", text("00000000-0000-4000-8000-%012x".formatted(number)))
              .putFields("source.address", text("127.0.0.1:50000"))
              .build();
      call.onNext(
          ProcessingRequest.newBuilder()
              .setProtocolConfig(
                  ProtocolConfiguration.newBuilder()
                      .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                      .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
              .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map(headers)))
              .putAttributes(ATTRIBUTES, attributes)
              .build());
      call.onNext(ProcessingRequest.newBuilder().setRequestBody(whole(body)).build());
    }

    void answer(String type, String body) {
      Struct attributes =
          Struct.newBuilder().putFields("response.code_details", text("via_upstream")).build();
      call.onNext(
          ProcessingRequest.newBuilder()
              .setResponseHeaders(
                  HttpHeaders.newBuilder()
                      .setHeaders(map(Map.of(":status", "200", "content-type", type))))
              .putAttributes(ATTRIBUTES, attributes)
              .build());
      call.onNext(ProcessingRequest.newBuilder().setResponseBody(whole(body)).build());
    }

    ProcessingResponse expect(ProcessingResponse.ResponseCase expected)
        throws InterruptedException {
      Object reply = replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (reply instanceof ProcessingResponse response && response.getResponseCase() == expected) {
        return response;
      }
      String found =
          switch (reply) {
            case ProcessingResponse other -> other.getResponseCase().name();
            case Status status -> "the end, " + status.getCode();
            case null, default -> "nothing";
          };
      throw new IllegalStateException("reply: " + found + " (expected: " + expected + ")");
    }

    /** As Envoy ends an exchange. */
    @Override
    public void close() {
      call.onError(Status.CANCELLED.withDescription("exchange: over").asException());
    }
  }

  private static HttpBody whole(String body) {
    return HttpBody.newBuilder()
        .setBody(ByteString.copyFromUtf8(body))
        .setEndOfStream(true)
        .build();
  }

  private static HeaderMap map(Map<String, String> headers) {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    headers.forEach((name, value) -> {
      if (!value.isEmpty()) {
        map.addHeaders(
            HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)));
      }
    });
    return map.build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }
}
