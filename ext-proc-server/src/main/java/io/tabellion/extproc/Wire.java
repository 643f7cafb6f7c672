package io.tabellion.extproc;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tabellion.inspect.Reply;
import io.tabellion.inspect.RequestProgress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What we say to Envoy on one ext_proc stream: the one place that sends and the one that closes.
 *
 * <p>Three facts of the protocol shape it. An OK close means "carry on without me" to Envoy, so
 * there is one clean close, {@link #finish}, and it refuses while anything is pending (P7). Each
 * direction takes one reply to its headers, then pieces of body, then nothing. After an immediate
 * response nothing counts.
 *
 * <p>Thread-safe: walks, the transport thread and the watch send. Never blocks.
 */
final class Wire {

  /** How far we have spoken about the answer. */
  private enum Said {
    /** Its headers wait for our reply. */
    HELD,
    /** Its head went on, its body follows. */
    OPEN,
    /** Nothing more is to be said. */
    DONE
  }

  private final ServerCall<ProcessingRequest, ProcessingResponse> call;
  private final RequestProgress request;
  private Said answer = Said.HELD; // guarded by this
  private boolean begun; // guarded by this: gRPC's headers were sent
  private boolean over; // guarded by this: closed, or the other side is gone

  /**
   * @param request how far the request is
   */
  Wire(ServerCall<ProcessingRequest, ProcessingResponse> call, RequestProgress request) {
    this.call = call;
    this.request = request;
  }

  /**
   * Lets the request go on, whole. Returns false if it is not to go any more.
   *
   * <p>Envoy lets trailers that it holds go on unasked after a whole body in one message (seen on
   * 1.40.0), so that a message which ended with trailers is replied to in its parts: head, body,
   * and the trailers without any. They are sent together, and nothing here closes between them.
   *
   * @param trailers that ended it, null if none did
   */
  synchronized boolean forward(Reply.Release release, @Nullable List<String> trailers) {
    if (over || !request.forward()) {
      return false;
    }
    if (trailers != null && release instanceof Reply.Whole whole) {
      send(ToEnvoy.request(whole.head()));
      send(ToEnvoy.requestBody(whole.body()));
      send(ToEnvoy.requestTrailers(trailers));
    } else {
      send(ToEnvoy.request(release));
    }
    return true;
  }

  /** Makes sure that the request goes nowhere; false if it already went. */
  synchronized boolean withdraw() {
    return request.stop();
  }

  /** Answers in Envoy's place. Returns false if nobody waits for it any more. */
  synchronized boolean ours(Reply.Ours ours) {
    if (over || answer != Said.HELD) {
      return false;
    }
    boolean _ = request.stop();
    answer = Said.DONE;
    send(ToEnvoy.ours(ours));
    return true;
  }

  /** Lets the answer's head go on; its events follow. */
  synchronized boolean openAnswer(Reply.Onward release) {
    if (over || answer != Said.HELD) {
      return false;
    }
    answer = Said.OPEN;
    send(ToEnvoy.answer(release));
    return true;
  }

  /**
   * Lets the answer go on, whole.
   *
   * @param trailers that ended it, null if none did
   */
  synchronized boolean answer(Reply.Onward release, @Nullable List<String> trailers) {
    if (over || answer != Said.HELD) {
      return false;
    }
    answer = Said.DONE;
    if (trailers != null && release instanceof Reply.Whole whole) {
      send(ToEnvoy.answer(whole.head()));
      send(ToEnvoy.answerBody(whole.body(), false));
      send(ToEnvoy.answerTrailers(trailers));
    } else {
      send(ToEnvoy.answer(release));
    }
    return true;
  }

  /** Lets a piece of the answer's body go on. */
  synchronized boolean answerBody(ByteString bytes, boolean end) {
    if (over || answer != Said.OPEN) {
      return false;
    }
    answer = end ? Said.DONE : Said.OPEN;
    send(ToEnvoy.answerBody(bytes, end));
    return true;
  }

  /** Ends an answer that ended with trailers; they go nowhere. */
  synchronized boolean answerTrailers(List<String> names) {
    if (over || answer != Said.OPEN) {
      return false;
    }
    answer = Said.DONE;
    send(ToEnvoy.answerTrailers(names));
    return true;
  }

  /** gRPC's own headers go with the first message: alone they would cost a write and a wake-up. */
  private void send(ProcessingResponse message) {
    if (!begun) {
      begun = true;
      call.sendHeaders(new Metadata());
    }
    call.sendMessage(message);
  }

  /** Asks for one more message. */
  void read() {
    call.request(1);
  }

  /** Whether what is sent goes out at once rather than into a buffer. */
  boolean ready() {
    return call.isReady();
  }

  /** The other side is gone; nothing is sent from now on. */
  synchronized void gone() {
    over = true;
  }

  /** Closes with an error: Envoy refuses what is pending. */
  synchronized void abort(Status status) {
    if (!over) {
      over = true;
      call.close(status, new Metadata());
    }
  }

  /**
   * The one clean close, after Envoy said that it is done. With anything pending it is an abort.
   *
   * @return whether nothing was pending
   */
  synchronized boolean finish() {
    if (request.isOpen() || answer != Said.DONE) {
      abort(Status.ABORTED.withDescription("half-close: early (expected: after the last reply)"));
      return false;
    }
    if (!over) {
      over = true;
      call.close(Status.OK, new Metadata());
    }
    return true;
  }
}
