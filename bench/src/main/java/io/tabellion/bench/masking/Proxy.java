package io.tabellion.bench.masking;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.tabellion.parties.EnvoyMessages;
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
  private static final ByteString CALL = EnvoyMessages.body("read", "{}");
  private static final ProcessingRequest REQUEST = EnvoyMessages.call("read").build();
  private static final ProcessingRequest ANSWER = EnvoyMessages.answer();

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
    stream.onNext(
        ProcessingRequest.newBuilder().setRequestBody(EnvoyMessages.body(CALL, true)).build());
    if (!replies.next().hasRequestHeaders()) {
      throw new IllegalStateException("request: not forwarded");
    }
    stream.onNext(ANSWER);
    for (int at = 0; at < result.size(); at += CHUNK) {
      int end = Math.min(at + CHUNK, result.size());
      stream.onNext(
          ProcessingRequest.newBuilder()
              .setResponseBody(EnvoyMessages.body(result.substring(at, end), end == result.size()))
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
