package io.tabellion.bench.masking;

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
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hands calls and their results to our server as Envoy does, one after another. Confined. */
final class Proxy implements AutoCloseable {
  private static final int LARGEST_REPLY = 32 << 20;
  private static final int WINDOW = 1 << 20;

  /** Bytes of a body in one message. */
  private static final int CHUNK = 64 << 10;

  private static final long PATIENCE_SECONDS = 60;
  private static final String ATTRIBUTES = "envoy.filters.http.ext_proc";

  private static final ByteString CALL =
      ByteString.copyFromUtf8(
          """
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{},"_meta":{\
          "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
          "io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},\
          "io.modelcontextprotocol/clientCapabilities":{}}}}\
          """);

  private static final ProcessingRequest REQUEST =
      ProcessingRequest.newBuilder()
          .setProtocolConfig(
              ProtocolConfiguration.newBuilder()
                  .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                  .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
          .setRequestHeaders(
              headers(
                  ":method",
                  "POST",
                  ":path",
                  "/sample/mcp",
                  "content-type",
                  "application/json",
                  "accept",
                  "application/json, text/event-stream",
                  "mcp-protocol-version",
                  "2026-07-28",
                  "mcp-method",
                  "tools/call",
                  "mcp-name",
                  "read"))
          .putAttributes(
              ATTRIBUTES,
              attributes("xds.route_name", "mcp/sample", "source.address", "127.0.0.1:1234"))
          .build();

  private static final ProcessingRequest ANSWER =
      ProcessingRequest.newBuilder()
          .setResponseHeaders(headers(":status", "200", "content-type", "application/json"))
          .putAttributes(ATTRIBUTES, attributes("response.code_details", "via_upstream"))
          .build();

  private final ManagedChannel channel;

  /** A proxy before the server on this port of loopback. */
  Proxy(int port) {
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(LARGEST_REPLY)
            .flowControlWindow(WINDOW)
            .build();
  }

  /**
   * Makes a call whose result is {@code result}; returns what the client would get.
   *
   * @throws IllegalStateException if it does not get the result
   */
  ByteString call(ByteString result) throws InterruptedException {
    Replies replies = new Replies();
    StreamObserver<ProcessingRequest> stream =
        ExternalProcessorGrpc.newStub(channel).process(replies);
    stream.onNext(REQUEST);
    stream.onNext(ProcessingRequest.newBuilder().setRequestBody(body(CALL, true)).build());
    if (!replies.next().hasRequestHeaders()) {
      throw new IllegalStateException("request: not forwarded");
    }
    stream.onNext(ANSWER);
    for (int at = 0; at < result.size(); at += CHUNK) {
      int end = Math.min(at + CHUNK, result.size());
      stream.onNext(
          ProcessingRequest.newBuilder()
              .setResponseBody(body(result.substring(at, end), end == result.size()))
              .build());
    }
    ProcessingResponse reply = replies.next();
    stream.onCompleted();
    if (!reply.hasResponseHeaders()) {
      throw new IllegalStateException("result: not forwarded");
    }
    return reply.getResponseHeaders().getResponse().getBodyMutation().getBody();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static HttpBody.Builder body(ByteString bytes, boolean end) {
    return HttpBody.newBuilder().setBody(bytes).setEndOfStream(end);
  }

  private static HttpHeaders headers(String... namesAndValues) {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.addHeaders(
          HeaderValue.newBuilder()
              .setKey(namesAndValues[i])
              .setRawValue(ByteString.copyFromUtf8(namesAndValues[i + 1])));
    }
    return HttpHeaders.newBuilder().setHeaders(map).build();
  }

  private static Struct attributes(String... namesAndValues) {
    Struct.Builder struct = Struct.newBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      struct.putFields(
          namesAndValues[i], Value.newBuilder().setStringValue(namesAndValues[i + 1]).build());
    }
    return struct.build();
  }

  /** What the server says. */
  private static final class Replies implements StreamObserver<ProcessingResponse> {
    private static final ProcessingResponse CLOSED = ProcessingResponse.getDefaultInstance();

    private final BlockingQueue<ProcessingResponse> said = new ArrayBlockingQueue<>(8);

    ProcessingResponse next() throws InterruptedException {
      ProcessingResponse reply = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (reply == null) {
        throw new IllegalStateException("server: silent (expected: a reply)");
      }
      return reply;
    }

    @Override
    public void onNext(ProcessingResponse reply) {
      said.add(reply);
    }

    @Override
    public void onError(Throwable cause) {
      said.add(CLOSED);
    }

    @Override
    public void onCompleted() {
      said.add(CLOSED);
    }
  }
}
