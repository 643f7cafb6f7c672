package io.tabellion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's side of ext_proc, by script: a real stub on a real channel. Asserts the order of replies
 * as Envoy does, and never lets a clean close pass for anything but the end.
 */
public final class EnvoyPeer {
  private static final long PATIENCE_SECONDS = 20;
  private static final String TOOLS_LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";

  private final ManagedChannel channel;

  /**
   * @param channel with a direct executor, so that what comes on its streams is taken in the order
   *     in which it comes
   */
  public EnvoyPeer(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Opens a stream, as for one HTTP exchange. */
  public Stream open() {
    return open(new io.grpc.Metadata());
  }

  /** Opens a stream with a head of its own. */
  public Stream open(io.grpc.Metadata head) {
    var stream = new Stream(this);
    var stub =
        ExternalProcessorGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(head));
    var _ = stub.process(stream.observer);
    return stream;
  }

  /** Asks for the tools, and answers with this message; returns what the client gets. */
  public ProcessingResponse listed(String answer) {
    Stream stream = open().post().requestBody(TOOLS_LIST, true);
    stream.forwarded();
    return stream.answerJson(answer).answered();
  }

  /** What came from the server. */
  private sealed interface Event {
    record Reply(ProcessingResponse response) implements Event {}

    record Closed(Status status) implements Event {}
  }

  /** One exchange. Not thread-safe. */
  public static final class Stream {
    private final EnvoyPeer peer;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Observer observer = new Observer(events);
    private boolean first = true;
    private boolean requestAnswered;
    private boolean answerHeadAnswered;
    private boolean answerEnded;

    private Stream(EnvoyPeer peer) {
      this.peer = peer;
    }

    // What Envoy says.

    public Stream send(ProcessingRequest.Builder message) {
      if (first) {
        first = false;
        if (!message.hasProtocolConfig()) {
          message.setProtocolConfig(fullDuplex());
        }
      }
      observer.call().onNext(message.build());
      return this;
    }

    public Stream requestHead(String method, boolean end, String... headers) {
      return send(requestHead(method, end, Map.of(), headers));
    }

    public Stream post(String... headers) {
      return requestHead("POST", false, withJson(headers));
    }

    public Stream requestBody(String body, boolean end) {
      return requestBody(ByteString.copyFromUtf8(body), end);
    }

    public Stream requestBody(ByteString body, boolean end) {
      return send(
          ProcessingRequest.newBuilder()
              .setRequestBody(HttpBody.newBuilder().setBody(body).setEndOfStream(end)));
    }

    /**
     * Behind a head: a client begins a session of this revision of MCP, and the server gives it
     * this id. Returns what the client gets.
     */
    public ProcessingResponse initialized(String session, String revision) {
      requestBody(
          "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
              + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
              + "\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}",
          true);
      forwarded();
      return answerJson(
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\""
                  + revision
                  + "\",\"capabilities\":{},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}",
              "mcp-session-id",
              session)
          .answered();
    }

    public Stream requestTrailers() {
      return send(ProcessingRequest.newBuilder().setRequestTrailers(trailers()));
    }

    public Stream answerHead(int status, boolean end, String... headers) {
      return send(answerHead("via_upstream", status, end, headers));
    }

    /** An answer that Envoy made. */
    public Stream ownAnswer(String details, int status, boolean end, String... headers) {
      return send(answerHead(details, status, end, headers));
    }

    public Stream answerBody(String body, boolean end) {
      return answerBody(ByteString.copyFromUtf8(body), end);
    }

    public Stream answerBody(ByteString body, boolean end) {
      return send(
          ProcessingRequest.newBuilder()
              .setResponseBody(HttpBody.newBuilder().setBody(body).setEndOfStream(end)));
    }

    public Stream answerTrailers() {
      return send(ProcessingRequest.newBuilder().setResponseTrailers(trailers()));
    }

    /** A whole JSON answer. */
    public Stream answerJson(String body, String... headers) {
      return answerHead(200, false, withJson(headers)).answerBody(body, true);
    }

    /** The ordinary end, and that of a client that went away. */
    public void cancel() {
      observer.call().cancel("stream reset", null);
    }

    public Stream halfClose() {
      observer.call().onCompleted();
      return this;
    }

    // What the server says.

    /** The reply that lets the request go on. */
    public ProcessingResponse forwarded() {
      ProcessingResponse reply = reply();
      assertThat(reply.hasRequestHeaders()).as(() -> "request goes on: " + reply).isTrue();
      return reply;
    }

    /** The reply that lets the answer, or its head, go on. */
    public ProcessingResponse answered() {
      ProcessingResponse reply = reply();
      assertThat(reply.hasResponseHeaders()).as(() -> "answer goes on: " + reply).isTrue();
      return reply;
    }

    /** A piece of the answer's body. */
    public String piece() {
      ProcessingResponse reply = reply();
      assertThat(reply.hasResponseBody()).as(() -> "piece of the answer: " + reply).isTrue();
      return bodyOf(reply).toStringUtf8();
    }

    /** The answer that stands in place of another. */
    public ProcessingResponse immediate() {
      ProcessingResponse reply = reply();
      assertThat(reply.hasImmediateResponse()).as(() -> "immediate: " + reply).isTrue();
      return reply;
    }

    /** All pieces of the answer to its end, joined. */
    public String rest() {
      StringBuilder rest = new StringBuilder();
      while (!answerEnded) {
        rest.append(piece());
      }
      return rest.toString();
    }

    public ProcessingResponse reply() {
      return switch (next()) {
        case Event.Reply(ProcessingResponse response) -> checked(response);
        case Event.Closed(Status status) -> throw new AssertionError("closed: " + status);
      };
    }

    /** The status of the close; fails if something comes before. */
    public Status closed() {
      return switch (next()) {
        case Event.Closed(Status status) -> status;
        case Event.Reply(ProcessingResponse response) ->
            throw new AssertionError("reply: " + response);
      };
    }

    /**
     * Whether nothing was said so far, nor is under way: another exchange on the connection, whose
     * reply comes behind all that was sent before and needs no entry, is waited for. Then one more:
     * what the server does behind its reading, it has done when it reads again.
     */
    public boolean silent() {
      for (int fence = 0; fence < 2; fence++) {
        var _ = peer.open().ownAnswer("fence", 401, true).answered();
      }
      return events.isEmpty();
    }

    private Event next() {
      try {
        Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
          throw new AssertionError("server: silent (expected: a reply)");
        }
        return event;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** Envoy calls these spurious and fails the exchange. */
    private ProcessingResponse checked(ProcessingResponse reply) {
      switch (reply.getResponseCase()) {
        case REQUEST_HEADERS -> {
          assertThat(requestAnswered).as("request head answered before").isFalse();
          requestAnswered = true;
          assertMarked(reply, "entry");
          assertThat(metadata(reply)).doesNotContainKey("answer");
        }
        case REQUEST_BODY, REQUEST_TRAILERS ->
            assertThat(requestAnswered).as("request head answered before").isTrue();
        case RESPONSE_HEADERS -> {
          assertThat(answerHeadAnswered).as("answer head answered before").isFalse();
          answerHeadAnswered = true;
          var common = reply.getResponseHeaders().getResponse();
          answerEnded = common.hasBodyMutation();
          assertMarked(reply, "answer");
        }
        case RESPONSE_BODY -> {
          assertThat(answerHeadAnswered && !answerEnded).as("body at its time").isTrue();
          var streamed =
              reply.getResponseBody().getResponse().getBodyMutation().getStreamedResponse();
          answerEnded = streamed.getEndOfStream();
        }
        case RESPONSE_TRAILERS -> {
          assertThat(answerHeadAnswered && !answerEnded).as("trailers at their time").isTrue();
          answerEnded = true;
        }
        case IMMEDIATE_RESPONSE -> {
          assertThat(answerHeadAnswered).as("answer went on before").isFalse();
          answerHeadAnswered = true;
          answerEnded = true;
          assertMarked(reply, "answer");
        }
        default -> throw new AssertionError("reply: " + reply);
      }
      return reply;
    }

    private static void assertMarked(ProcessingResponse reply, String key) {
      assertThat(mark(reply, key)).as(key).isNotEmpty();
    }

    // Building.

    public static ProcessingRequest.Builder requestHead(
        String method, boolean end, Map<String, Value> attributes, String... headers) {
      List<String> all = new ArrayList<>(List.of(":method", method));
      all.addAll(List.of(headers));
      if (!all.contains(":path")) {
        all.addAll(List.of(":path", "/sample/mcp"));
      }
      var map = new java.util.HashMap<>(attributes);
      map.putIfAbsent("xds.route_name", text("mcp/sample"));
      map.putIfAbsent("request.id", text("req-1"));
      map.putIfAbsent("source.address", text("192.0.2.7:1234"));
      return ProcessingRequest.newBuilder()
          .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(headers(all)).setEndOfStream(end))
          .putAttributes("envoy.filters.http.ext_proc", struct(map));
    }

    public static ProcessingRequest.Builder answerHead(
        @Nullable String details, int status, boolean end, String... headers) {
      List<String> all = new ArrayList<>(List.of(":status", Integer.toString(status)));
      all.addAll(List.of(headers));
      var message =
          ProcessingRequest.newBuilder()
              .setResponseHeaders(
                  HttpHeaders.newBuilder().setHeaders(headers(all)).setEndOfStream(end));
      if (details != null) {
        message.putAttributes(
            "envoy.filters.http.ext_proc", struct(Map.of("response.code_details", text(details))));
      }
      return message;
    }

    /** A message with the claims of a token that {@code https://idp} gave the subject for us. */
    public static ProcessingRequest.Builder withTokenOf(
        String subject, ProcessingRequest.Builder message) {
      return withToken(
          message, Map.of("iss", text("https://idp"), "aud", text("us"), "sub", text(subject)));
    }

    /** A message with the claims of a verified token. */
    public static ProcessingRequest.Builder withToken(
        ProcessingRequest.Builder message, Map<String, Value> claims) {
      Struct payload =
          struct(Map.of("payload", Value.newBuilder().setStructValue(struct(claims)).build()));
      return message.setMetadataContext(
          Metadata.newBuilder().putFilterMetadata("envoy.filters.http.jwt_authn", payload));
    }

    private static HttpTrailers trailers() {
      return HttpTrailers.newBuilder().setTrailers(headers(List.of("x-checksum", "1"))).build();
    }

    private static ProtocolConfiguration fullDuplex() {
      return ProtocolConfiguration.newBuilder()
          .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
          .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
          .build();
    }

    private static HeaderMap headers(List<String> namesAndValues) {
      var map = HeaderMap.newBuilder();
      for (int i = 0; i < namesAndValues.size(); i += 2) {
        map.addHeaders(
            HeaderValue.newBuilder()
                .setKey(namesAndValues.get(i))
                .setRawValue(ByteString.copyFromUtf8(namesAndValues.get(i + 1))));
      }
      return map.build();
    }

    private static String[] withJson(String... headers) {
      List<String> all = new ArrayList<>(List.of("content-type", "application/json"));
      all.addAll(List.of(headers));
      return all.toArray(String[]::new);
    }
  }

  // Reading replies.

  public static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  public static Struct struct(Map<String, Value> fields) {
    return Struct.newBuilder().putAllFields(fields).build();
  }

  /** The marks under {@code io.tabellion}. */
  public static Map<String, String> metadata(ProcessingResponse reply) {
    Map<String, String> marks = new java.util.TreeMap<>();
    reply
        .getDynamicMetadata()
        .getFieldsOrDefault("io.tabellion", Value.getDefaultInstance())
        .getStructValue()
        .getFieldsMap()
        .forEach((key, value) -> marks.put(key, value.getStringValue()));
    return marks;
  }

  /** One mark, empty if it is missing. */
  public static String mark(ProcessingResponse reply, String key) {
    return metadata(reply).getOrDefault(key, "");
  }

  /** The whole body that the reply carries. */
  public static ByteString bodyOf(ProcessingResponse reply) {
    return switch (reply.getResponseCase()) {
      case REQUEST_HEADERS -> reply.getRequestHeaders().getResponse().getBodyMutation().getBody();
      case RESPONSE_HEADERS -> reply.getResponseHeaders().getResponse().getBodyMutation().getBody();
      case REQUEST_BODY ->
          reply.getRequestBody().getResponse().getBodyMutation().getStreamedResponse().getBody();
      case RESPONSE_BODY ->
          reply.getResponseBody().getResponse().getBodyMutation().getStreamedResponse().getBody();
      case IMMEDIATE_RESPONSE -> reply.getImmediateResponse().getBody();
      default -> ByteString.EMPTY;
    };
  }

  private static final class Observer
      implements ClientResponseObserver<ProcessingRequest, ProcessingResponse> {
    private final BlockingQueue<Event> events;
    private @Nullable ClientCallStreamObserver<ProcessingRequest> call;

    Observer(BlockingQueue<Event> events) {
      this.events = events;
    }

    ClientCallStreamObserver<ProcessingRequest> call() {
      if (call == null) {
        throw new AssertionError("call: not begun");
      }
      return call;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ProcessingRequest> begun) {
      call = begun;
    }

    @Override
    public void onNext(ProcessingResponse response) {
      events.add(new Event.Reply(response));
    }

    @Override
    public void onError(Throwable thrown) {
      Status status =
          thrown instanceof StatusRuntimeException failed
              ? failed.getStatus()
              : Status.fromThrowable(thrown);
      events.add(new Event.Closed(status));
    }

    @Override
    public void onCompleted() {
      events.add(new Event.Closed(Status.OK));
    }
  }
}
