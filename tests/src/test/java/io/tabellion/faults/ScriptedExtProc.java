package io.tabellion.faults;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.tabellion.faults.Script.Fault;
import io.tabellion.faults.Script.Leg;
import io.tabellion.testing.McpTestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An ext_proc server in our place, which judges as ours does (whole bodies in one message, event
 * streams chunk by chunk, both guards' metadata) until its {@link Script} says otherwise. What it
 * judged can be told from what it did not: it replaces {@code raw-} by {@code judged-} in requests
 * and {@link McpTestServer#MARK} in answers.
 *
 * <p>Thread-safe; one exchange at a time, else the counts say nothing.
 */
final class ScriptedExtProc implements AutoCloseable {
  static final String RAW = "raw-";
  static final String JUDGED = "judged-";
  static final String JUDGED_ANSWER = "judged";

  private final Server server;
  private final Runnable afterMessage;
  private volatile Script script = Script.HONEST;
  private volatile Exchange last = new Exchange(Script.HONEST);

  /**
   * @param afterMessage told after each message of an answer, so that a stream's next event waits
   *     for what was done with the one before
   */
  ScriptedExtProc(Runnable afterMessage) {
    this.afterMessage = afterMessage;
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .directExecutor()
              .permitKeepAliveTime(1, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .addService(new Service())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getPort();
  }

  /** Sets what happens to the exchanges that begin from now on. */
  void play(Script next) {
    script = next;
    last = new Exchange(next);
  }

  /** What was done with the last exchange. */
  Exchange last() {
    return last;
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** The books of one exchange. */
  static final class Exchange {
    private final Script script;
    private final Map<Leg, AtomicInteger> messages =
        new EnumMap<>(Map.of(Leg.REQUEST, new AtomicInteger(), Leg.RESPONSE, new AtomicInteger()));
    private volatile boolean requestJudged;
    private volatile boolean answerJudged;
    private volatile boolean fired;

    private Exchange(Script script) {
      this.script = script;
    }

    int messages(Leg leg) {
      return counter(leg).get();
    }

    /** Whether the request was let on, with the metadata. */
    boolean requestJudged() {
      return requestJudged;
    }

    /** Whether the answer (of a stream: its head) was released, with the metadata. */
    boolean answerJudged() {
      return answerJudged;
    }

    /** Whether the script's fault has happened. */
    boolean fired() {
      return fired;
    }

    private AtomicInteger counter(Leg leg) {
      return Objects.requireNonNull(messages.get(leg));
    }
  }

  private final class Service extends ExternalProcessorGrpc.ExternalProcessorImplBase {
    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
      Exchange books = new Exchange(script);
      last = books;
      if (script.fault() == Fault.STRANGER) {
        books.fired = true;
        replies.onCompleted();
      }
      return new Stream(books, replies);
    }
  }

  private final class Stream implements StreamObserver<ProcessingRequest> {
    private final Exchange books;
    private final StreamObserver<ProcessingResponse> replies;
    private ByteString body = ByteString.EMPTY;
    private boolean streaming;
    private boolean over;

    Stream(Exchange books, StreamObserver<ProcessingResponse> replies) {
      this.books = books;
      this.replies = replies;
      this.over = books.fired;
    }

    @Override
    public void onNext(ProcessingRequest message) {
      Leg leg = leg(message);
      int number = books.counter(leg).incrementAndGet();
      if (!over) {
        play(message, leg, number);
      }
      if (leg == Leg.RESPONSE) {
        afterMessage.run();
      }
    }

    @Override
    public void onError(Throwable cause) {
      // CANCELLED is the ordinary end of a stream.
      over = true;
    }

    @Override
    public void onCompleted() {
      over = true;
    }

    private void play(ProcessingRequest message, Leg leg, int number) {
      boolean here = books.script.at(leg, number);
      switch (books.script.fault()) {
        case CLOSE_AT -> {
          if (here) {
            end(true);
          } else {
            judge(message);
          }
        }
        case CLOSE_AFTER -> {
          judge(message);
          if (here) {
            end(true);
          }
        }
        case SILENT -> {
          if (here) {
            end(false);
          } else {
            judge(message);
          }
        }
        case NONE, FORGET, STRANGER -> judge(message);
      }
    }

    private void end(boolean close) {
      over = true;
      books.fired = true;
      if (close) {
        replies.onCompleted();
      }
    }

    private void judge(ProcessingRequest message) {
      switch (message.getRequestCase()) {
        case REQUEST_HEADERS -> {
          if (message.getRequestHeaders().getEndOfStream()) {
            request(CommonResponse.getDefaultInstance());
          }
        }
        case REQUEST_BODY -> {
          if (collect(message.getRequestBody())) {
            request(whole(RAW, JUDGED));
          }
        }
        case RESPONSE_HEADERS -> {
          HttpHeaders headers = message.getResponseHeaders();
          streaming = isEventStream(headers);
          if (streaming || headers.getEndOfStream()) {
            response(CommonResponse.getDefaultInstance());
          }
        }
        case RESPONSE_BODY -> {
          if (streaming) {
            replies.onNext(chunk(message.getResponseBody()));
          } else if (collect(message.getResponseBody())) {
            response(whole(McpTestServer.MARK, JUDGED_ANSWER));
          }
        }
        case REQUEST_TRAILERS, RESPONSE_TRAILERS, REQUEST_NOT_SET ->
            throw new IllegalStateException(message.getRequestCase().name());
      }
    }

    private boolean collect(HttpBody chunk) {
      body = body.concat(chunk.getBody());
      return chunk.getEndOfStream();
    }

    private CommonResponse whole(String from, String to) {
      ByteString judged = replaced(body, from, to);
      body = ByteString.EMPTY;
      return CommonResponse.newBuilder()
          .setStatus(CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE)
          .setBodyMutation(BodyMutation.newBuilder().setBody(judged))
          .build();
    }

    private ProcessingResponse chunk(HttpBody chunk) {
      StreamedBodyResponse streamed =
          StreamedBodyResponse.newBuilder()
              .setBody(replaced(chunk.getBody(), McpTestServer.MARK, JUDGED_ANSWER))
              .setEndOfStream(chunk.getEndOfStream())
              .build();
      return ProcessingResponse.newBuilder()
          .setResponseBody(
              BodyResponse.newBuilder()
                  .setResponse(
                      CommonResponse.newBuilder()
                          .setBodyMutation(
                              BodyMutation.newBuilder().setStreamedResponse(streamed))))
          .build();
    }

    private void request(CommonResponse response) {
      ProcessingResponse.Builder reply =
          ProcessingResponse.newBuilder()
              .setRequestHeaders(HeadersResponse.newBuilder().setResponse(response));
      if (marked(Leg.REQUEST, "entry", reply)) {
        books.requestJudged = true;
      }
      replies.onNext(reply.build());
    }

    private void response(CommonResponse response) {
      ProcessingResponse.Builder reply =
          ProcessingResponse.newBuilder()
              .setResponseHeaders(HeadersResponse.newBuilder().setResponse(response));
      if (marked(Leg.RESPONSE, "answer", reply)) {
        books.answerJudged = true;
      }
      replies.onNext(reply.build());
    }

    /** Puts the metadata on the reply, unless the script forgets it. */
    private boolean marked(Leg leg, String key, ProcessingResponse.Builder reply) {
      if (books.script.fault() == Fault.FORGET && books.script.leg() == leg) {
        books.fired = true;
        return false;
      }
      reply.setDynamicMetadata(metadata(key));
      return true;
    }
  }

  private static Leg leg(ProcessingRequest message) {
    return switch (message.getRequestCase()) {
      case REQUEST_HEADERS, REQUEST_BODY, REQUEST_TRAILERS -> Leg.REQUEST;
      case RESPONSE_HEADERS, RESPONSE_BODY, RESPONSE_TRAILERS -> Leg.RESPONSE;
      case REQUEST_NOT_SET -> throw new IllegalStateException("empty message");
    };
  }

  private static boolean isEventStream(HttpHeaders headers) {
    return headers.getHeaders().getHeadersList().stream()
        .anyMatch(header ->
            header.getKey().equals("content-type")
                && header.getRawValue().toStringUtf8().startsWith("text/event-stream"));
  }

  private static ByteString replaced(ByteString bytes, String from, String to) {
    return ByteString.copyFromUtf8(bytes.toStringUtf8().replace(from, to));
  }

  private static Struct metadata(String key) {
    Value id = Value.newBuilder().setStringValue("scripted").build();
    Struct fields = Struct.newBuilder().putFields(key, id).build();
    return Struct.newBuilder()
        .putFields("io.tabellion", Value.newBuilder().setStructValue(fields).build())
        .build();
  }
}
