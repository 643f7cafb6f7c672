package io.tabellion.bench.calls;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The least that an ext_proc server can do behind our Envoy configuration: it collects each body
 * and returns it in one message, with the metadata that the guards ask for. On the transport's own
 * threads. Listens on a free port of loopback, or on the Unix socket that is its argument. Prints
 * {@code ready PORT} (-1 of a socket), and runs until it is killed.
 */
final class NoOpServer extends ExternalProcessorGrpc.ExternalProcessorImplBase {
  private static final int MAX_MESSAGE_BYTES = 32 << 20;

  /** As our server has it, so that the base is fair. */
  private static final int WINDOW = 1 << 20;

  public static void main(String[] args) throws IOException, InterruptedException {
    Server server =
        (args.length == 0 ? onLoopback() : onSocket(Path.of(args[0])))
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .flowControlWindow(WINDOW)
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(new NoOpServer())
            .build()
            .start();
    System.out.println("ready " + server.getPort());
    server.awaitTermination();
  }

  private static NettyServerBuilder onLoopback() {
    return NettyServerBuilder.forAddress(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static NettyServerBuilder onSocket(Path socket) {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .channelType(NioServerDomainSocketChannel.class)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops);
  }

  @Override
  public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
    return new Exchange(replies);
  }

  private static final class Exchange implements StreamObserver<ProcessingRequest> {
    private static final Struct ENTRY = metadata("entry");
    private static final Struct ANSWER = metadata("answer");

    private final StreamObserver<ProcessingResponse> replies;
    private ByteString body = ByteString.EMPTY;

    Exchange(StreamObserver<ProcessingResponse> replies) {
      this.replies = replies;
    }

    @Override
    public void onNext(ProcessingRequest message) {
      switch (message.getRequestCase()) {
        case REQUEST_HEADERS -> {
          if (message.getRequestHeaders().getEndOfStream()) {
            replies.onNext(request(CommonResponse.getDefaultInstance()));
          }
        }
        case REQUEST_BODY -> {
          if (collect(message.getRequestBody())) {
            replies.onNext(request(whole()));
          }
        }
        case RESPONSE_HEADERS -> {
          if (message.getResponseHeaders().getEndOfStream()) {
            replies.onNext(response(CommonResponse.getDefaultInstance()));
          }
        }
        case RESPONSE_BODY -> {
          if (collect(message.getResponseBody())) {
            replies.onNext(response(whole()));
          }
        }
        case REQUEST_TRAILERS, RESPONSE_TRAILERS, REQUEST_NOT_SET ->
            replies.onError(io.grpc.Status.UNIMPLEMENTED.asRuntimeException());
      }
    }

    @Override
    public void onError(Throwable cause) {
      // CANCELLED is the ordinary end of a stream.
    }

    @Override
    public void onCompleted() {
      replies.onError(io.grpc.Status.ABORTED.asRuntimeException());
    }

    private boolean collect(HttpBody chunk) {
      body = body.concat(chunk.getBody());
      return chunk.getEndOfStream();
    }

    private CommonResponse whole() {
      ByteString collected = body;
      body = ByteString.EMPTY;
      return CommonResponse.newBuilder()
          .setStatus(CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE)
          .setBodyMutation(BodyMutation.newBuilder().setBody(collected))
          .build();
    }

    private static ProcessingResponse request(CommonResponse response) {
      return ProcessingResponse.newBuilder()
          .setRequestHeaders(HeadersResponse.newBuilder().setResponse(response))
          .setDynamicMetadata(ENTRY)
          .build();
    }

    private static ProcessingResponse response(CommonResponse response) {
      return ProcessingResponse.newBuilder()
          .setResponseHeaders(HeadersResponse.newBuilder().setResponse(response))
          .setDynamicMetadata(ANSWER)
          .build();
    }

    private static Struct metadata(String key) {
      Value id = Value.newBuilder().setStringValue("00000000-0000-7000-8000-000000000000").build();
      Struct fields = Struct.newBuilder().putFields(key, id).build();
      return Struct.newBuilder()
          .putFields("io.tabellion", Value.newBuilder().setStructValue(fields).build())
          .build();
    }
  }
}
