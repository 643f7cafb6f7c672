package io.tabellion.extproc;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tabellion.audit.EntryId;
import io.tabellion.extproc.EventQueue.Batch;
import io.tabellion.extproc.EventQueue.End;
import io.tabellion.identity.Caller;
import io.tabellion.identity.Identification;
import io.tabellion.inspect.AnswerHead;
import io.tabellion.inspect.AnswerShape;
import io.tabellion.inspect.Exchange;
import io.tabellion.inspect.FurtherPlace;
import io.tabellion.inspect.Hop;
import io.tabellion.inspect.Inspector;
import io.tabellion.inspect.Marks;
import io.tabellion.inspect.Reply;
import io.tabellion.inspect.RequestHead;
import io.tabellion.inspect.RequestProgress;
import io.tabellion.inspect.StreamEnd;
import io.tabellion.inspect.Upload;
import io.tabellion.inspect.Upload.Why;
import io.tabellion.inspect.Walk;
import io.tabellion.metrics.Timing;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange as Envoy tells it: collects what arrives, hands each complete message to the
 * lane, and sends what comes back.
 *
 * <p>Callbacks come on the transport's thread, the watch on its own; walks are where their {@link
 * Lane} has them. All state stands under the monitor, which nobody holds while blocking; walks run
 * without it.
 */
final class ExchangeStream extends ServerCall.Listener<ProcessingRequest> {

  /** The body of a request that arrives. */
  private record Collecting(Body body, Instant deadline) {}

  /** The answer, as far as it was told. */
  private sealed interface AnswerState {
    /** Nothing came yet. */
    record Before() implements AnswerState {}

    /** Its body arrives, to be judged whole. */
    record Collecting(AnswerHead head, Body body) implements AnswerState {}

    /** Its events arrive, to be judged one by one. */
    record Streaming(EventQueue events) implements AnswerState {}

    /** It is Envoy's own, or is judged at another place, and goes back as it came. */
    record Echoing() implements AnswerState {}

    /** The lane has it, or nobody wants it any more; what still comes is ignored. */
    record Handed() implements AnswerState {}
  }

  private final ProcessService service;
  private final Wire wire;
  private final RequestProgress request;
  private final Origin origin;
  private final Lane lane;

  /** While the body of the request arrives; what comes at other times is ignored. */
  private @Nullable Collecting upload; // guarded by this

  private AnswerState answer = new AnswerState.Before(); // guarded by this
  private @Nullable Exchange exchange; // guarded by this; set once

  /** In place of an exchange, where the request is one that another place let on. */
  private @Nullable FurtherPlace further; // guarded by this; set once

  private boolean paused; // guarded by this
  private boolean draining; // guarded by this: the server stops
  private boolean over; // guarded by this

  /**
   * @param request how far the request is
   */
  ExchangeStream(ProcessService service, Wire wire, RequestProgress request, Origin origin) {
    this.service = service;
    this.wire = wire;
    this.request = request;
    this.origin = origin;
    this.lane = new Lane(service.loops());
  }

  /**
   * What the stream's own head says.
   *
   * @param peer who speaks to us
   * @param listener whose identity settings count
   * @param server the MCP server, where the route does not say it
   */
  record Origin(String peer, String listener, @Nullable String server) {}

  @Override
  public void onMessage(ProcessingRequest message) {
    try {
      take(message);
    } catch (RuntimeException e) {
      fail(e);
    }
    readOn();
  }

  private synchronized void take(ProcessingRequest message) {
    if (over) {
      return;
    }
    switch (message.getRequestCase()) {
      case REQUEST_HEADERS -> requestHead(message);
      case REQUEST_BODY -> requestBody(message.getRequestBody());
      case REQUEST_TRAILERS ->
          requestEnd(FromEnvoy.names(message.getRequestTrailers().getTrailers()));
      case RESPONSE_HEADERS -> answerHead(message);
      case RESPONSE_BODY -> answerBody(message.getResponseBody());
      case RESPONSE_TRAILERS ->
          answerEnd(new End.Trailers(FromEnvoy.names(message.getResponseTrailers().getTrailers())));
      case REQUEST_NOT_SET -> wire.abort(unexpected("nothing"));
    }
  }

  // The request.

  private void requestHead(ProcessingRequest message) {
    if (!(answer instanceof AnswerState.Before) || !request.isBefore()) {
      wire.abort(unexpected("request_headers"));
      return;
    }
    if (!FromEnvoy.speaksFullDuplex(message)) {
      wire.abort(notFullDuplex());
      return;
    }
    Hop hop = hop(message);
    if (refusesPeer(hop)) {
      return;
    }
    boolean _ = request.begin();
    RequestHead head = FromEnvoy.requestHead(message.getRequestHeaders());
    boolean ended = message.getRequestHeaders().getEndOfStream();
    FurtherPlace claimed = service.further(origin.listener(), message, hop, head);
    if (claimed != null) {
      further = claimed;
      collect(claimed, ended);
      return;
    }
    switch (service.identify(origin.listener(), message)) {
      case Identification.Known(var caller) -> {
        Exchange begun = service.inspector().begin(hop, caller, head, request);
        exchange = begun;
        collect(begun, ended);
      }
      case Identification.Refused(var reason) -> {
        wire.ours(service.nobody(origin.listener(), reason));
        answer = new AnswerState.Handed();
      }
    }
  }

  /** Whether the proxy may not speak there; then the stream is closed with an error. */
  private boolean refusesPeer(Hop hop) {
    String why = service.refuses(hop);
    if (why != null) {
      wire.abort(Status.PERMISSION_DENIED.withDescription(why));
    }
    return why != null;
  }

  private void collect(Exchange begun, boolean ended) {
    if (begun.refusedByHead()) {
      walkRequest(begun, new Upload.Cut(Why.NOT_WANTED, 0));
    } else if (ended) {
      walkRequest(begun, new Upload.None());
    } else {
      upload = new Collecting(service.requestBody(begun.party()), service.uploadDeadline());
    }
  }

  private void collect(FurtherPlace place, boolean ended) {
    if (place.refusedByHead()) {
      walkFurther(place, new Upload.Cut(Why.NOT_WANTED, 0));
    } else if (ended) {
      walkFurther(place, new Upload.None());
    } else {
      upload = new Collecting(service.requestBody(place.party()), service.uploadDeadline());
    }
  }

  private void requestBody(HttpBody chunk) {
    if (request.isBefore()) {
      wire.abort(unexpected("request_body"));
    } else if (upload != null) { // Else it is after the first end of stream, or after a refusal.
      switch (upload.body().add(chunk.getBody())) {
        case TAKEN -> {
          if (chunk.getEndOfStream()) {
            requestEnd(null);
          }
        }
        case TOO_LARGE -> cutRequest(Why.TOO_LARGE);
        case NO_ROOM -> {
          service.noRoom();
          cutRequest(Why.NO_ROOM);
        }
      }
    }
  }

  /** The last chunk, or trailers, which go no further. */
  private void requestEnd(@Nullable List<String> trailers) {
    if (upload != null && further != null) {
      Body body = upload.body();
      handed();
      lane.submit(
          passage(
              Timing.REQUEST,
              further.request(new Upload.Whole(body.bytes())),
              reply -> sendFurther(reply, trailers),
              body::release));
    } else if (upload != null && exchange != null) {
      Body body = upload.body();
      handed();
      ByteString bytes = body.bytes();
      Exchange begun = exchange;
      lane.submit(
          passage(
              Timing.REQUEST,
              begun.request(new Upload.Whole(bytes), body::release),
              reply -> sendRequest(begun, reply, trailers),
              body::release));
    }
  }

  private void cutRequest(Why why) {
    if (upload != null && exchange != null) {
      Body body = upload.body();
      long seen = body.seen();
      body.release();
      walkRequest(exchange, new Upload.Cut(why, seen));
    } else if (upload != null && further != null) {
      Body body = upload.body();
      long seen = body.seen();
      body.release();
      if (why == Why.GONE) {
        handed(); // The first place enters that it was cut.
      } else {
        walkFurther(further, new Upload.Cut(why, seen));
      }
    }
  }

  private void walkFurther(FurtherPlace place, Upload came) {
    handed();
    lane.submit(passage(Timing.REQUEST, place.request(came), reply -> sendFurther(reply, null)));
  }

  private void sendFurther(Reply reply, @Nullable List<String> trailers) {
    switch (reply) {
      case Reply.Release release -> wire.forward(release, trailers);
      case Reply.Ours ours -> sendOurs(ours);
      case Reply.OfEnvoy _, Reply.InStream _ -> throw notHere();
    }
  }

  /** The lane has it. */
  private void handed() {
    request.arrived();
    upload = null;
  }

  private void walkRequest(Exchange begun, Upload came) {
    handed();
    lane.submit(
        passage(
            Timing.REQUEST,
            begun.request(came, () -> {}),
            reply -> sendRequest(begun, reply, null)));
  }

  private void sendRequest(Exchange begun, Reply reply, @Nullable List<String> trailers) {
    switch (reply) {
      case Reply.Release release -> {
        if (wire.forward(release, trailers)) {
          service.inspector().forwarded();
        } else {
          Stop halted = request.halted();
          if (halted != null) {
            sendOurs(begun.halted(halted));
          }
          lane.submitNext(() -> attempt(begun::conclude));
        }
      }
      case Reply.Ours ours -> sendOurs(ours);
      case Reply.OfEnvoy _, Reply.InStream _ -> throw notHere();
    }
  }

  private synchronized void sendOurs(Reply.Ours ours) {
    dropAnswer();
    wire.ours(ours);
  }

  // The answer.

  private void answerHead(ProcessingRequest message) {
    if (!(answer instanceof AnswerState.Before)) {
      if (!(answer instanceof AnswerState.Handed)) {
        wire.abort(unexpected("response_headers"));
      }
      return;
    }
    AnswerHead head = FromEnvoy.answerHead(message);
    Exchange begun = exchange;
    if (further != null) {
      answerFurther(further, head);
    } else if (begun == null) {
      answerWithoutRequest(message, head);
    } else if (wire.withdraw()) {
      answerWhileHeld(begun, head);
    } else {
      answerOf(begun, head);
    }
  }

  /** Envoy answered by itself before we saw the request: a 401, say. */
  private void answerWithoutRequest(ProcessingRequest message, AnswerHead head) {
    if (!FromEnvoy.speaksFullDuplex(message)) {
      wire.abort(notFullDuplex());
    } else if (!request.isBefore() || head.ownDetails() == null) {
      wire.abort(unexpected("response_headers"));
    } else if (!refusesPeer(hop(message))) {
      boolean _ = wire.withdraw();
      EntryId entry = service.nextEntry();
      Identification who = service.identifyByAnswer(origin.listener(), message);
      echo(head, Inspector.isEntered(who) ? Marks.ofEnvoyReply(entry) : Marks.unrecorded());
      Hop hop = hop(message);
      lane.submit(() -> attempt(() -> service.inspector().refusedBefore(hop, who, head, entry)));
    }
  }

  /** Envoy answered by itself while we had the request: nothing is to be executed any more. */
  private void answerWhileHeld(Exchange begun, AnswerHead head) {
    cutRequest(Why.GONE);
    request.gone();
    if (head.ownDetails() == null) {
      wire.abort(unexpected("response_headers"));
      return;
    }
    EntryId entry = service.nextEntry();
    echo(head, Marks.ofEnvoyReply(entry));
    lane.submit(() -> attempt(() -> begun.answeredByEnvoy(head, entry)));
  }

  /** The first place judges it; here it goes back to the gateway as it comes. */
  private void answerFurther(FurtherPlace place, AnswerHead head) {
    if (!wire.withdraw()) {
      echo(head, place.answer());
      return;
    }
    cutRequest(Why.GONE);
    request.gone();
    if (head.ownDetails() == null) {
      wire.abort(unexpected("response_headers"));
    } else {
      echo(head, Marks.unrecorded()); // The first place enters it as the answer that it got.
    }
  }

  /** At once: an answer of Envoy's own holds nothing of the server's. */
  private void echo(AnswerHead head, Marks marks) {
    echo(head, new Reply.OfEnvoy(marks));
  }

  private void echo(AnswerHead head, Reply.Onward back) {
    answer = head.ends() ? new AnswerState.Handed() : new AnswerState.Echoing();
    if (head.ends()) {
      wire.answer(back, null);
    } else {
      wire.openAnswer(back);
    }
  }

  private void answerOf(Exchange begun, AnswerHead head) {
    switch (AnswerShape.of(head)) {
      case BODILESS -> walkAnswer(begun, head, new Upload.None());
      case WHOLE -> answer = new AnswerState.Collecting(head, service.answerBody(begun));
      case EVENTS -> {
        EventQueue events = service.events(begun);
        answer = new AnswerState.Streaming(events);
        lane.submit(passage(Timing.STREAM_HEADERS, begun.open(head), this::sendStreamHead));
        if (request.halted() != null) {
          endStream(events, new End.Stopped());
        } else if (draining) {
          lane.submit(new Leaving(begun));
        }
      }
    }
  }

  private void answerBody(HttpBody chunk) {
    switch (answer) {
      case AnswerState.Before _ -> wire.abort(unexpected("response_body"));
      case AnswerState.Collecting(AnswerHead head, Body body) -> collectAnswer(head, body, chunk);
      case AnswerState.Streaming(EventQueue events) -> {
        if (!events.feed(chunk.getBody())) {
          service.noRoom();
          wire.abort(Status.RESOURCE_EXHAUSTED.withDescription("held: no room for the event"));
        } else if (chunk.getEndOfStream() && !events.ended()) {
          events.end(new End.Body());
        }
        askForWalk(events);
      }
      case AnswerState.Echoing _ -> wire.answerBody(chunk.getBody(), chunk.getEndOfStream());
      case AnswerState.Handed _ -> {
        // Replaced already, or nobody waits for it.
      }
    }
  }

  private void collectAnswer(AnswerHead head, Body body, HttpBody chunk) {
    switch (body.add(chunk.getBody())) {
      case TAKEN -> {
        if (chunk.getEndOfStream()) {
          answerEnd(new End.Body());
        }
      }
      case TOO_LARGE -> cutAnswer(head, body, Why.TOO_LARGE);
      case NO_ROOM -> {
        service.noRoom();
        cutAnswer(head, body, Why.NO_ROOM);
      }
    }
  }

  private void cutAnswer(AnswerHead head, Body body, Why why) {
    long seen = body.seen();
    body.release();
    if (exchange != null) {
      walkAnswer(exchange, head, new Upload.Cut(why, seen));
    }
  }

  private void answerEnd(End how) {
    switch (answer) {
      case AnswerState.Collecting(AnswerHead head, Body body) -> {
        answer = new AnswerState.Handed();
        List<String> trailers = how instanceof End.Trailers(var names) ? names : null;
        Exchange begun = exchange;
        if (begun != null) {
          lane.submit(
              passage(
                  Timing.ANSWER,
                  begun.answer(head, new Upload.Whole(body.bytes())),
                  reply -> sendAnswer(reply, trailers),
                  body::release));
        }
      }
      case AnswerState.Streaming(EventQueue events) -> {
        if (!events.ended()) {
          events.end(how);
        }
        askForWalk(events);
      }
      case AnswerState.Echoing _ -> wire.answerTrailers(List.of());
      case AnswerState.Before _ -> wire.abort(unexpected("response_trailers"));
      case AnswerState.Handed _ -> {
        // As for a chunk.
      }
    }
  }

  private void walkAnswer(Exchange begun, AnswerHead head, Upload upload) {
    answer = new AnswerState.Handed();
    lane.submit(
        passage(Timing.ANSWER, begun.answer(head, upload), reply -> sendAnswer(reply, null)));
  }

  private void sendAnswer(Reply reply, @Nullable List<String> trailers) {
    switch (reply) {
      case Reply.Release release -> wire.answer(release, trailers);
      case Reply.Ours ours -> sendOurs(ours);
      case Reply.OfEnvoy _, Reply.InStream _ -> throw notHere();
    }
  }

  // Events.

  private void sendStreamHead(Reply reply) {
    switch (reply) {
      case Reply.Release release -> wire.openAnswer(release);
      case Reply.Ours ours -> sendOurs(ours);
      case Reply.OfEnvoy _, Reply.InStream _ -> throw notHere();
    }
  }

  /** Ends a stream from our side: what is unfinished does not count. */
  private void endStream(EventQueue events, End how) {
    if (!events.ended()) {
      events.cut(how);
      askForWalk(events);
    }
  }

  private void askForWalk(EventQueue events) {
    if (events.wantsWalk() && exchange != null) {
      lane.submit(new Batches(exchange));
    }
  }

  /** The walk of the events that wait when it begins. */
  private final class Batches implements Lane.Work {
    private final Exchange begun;
    private @Nullable Batch batch; // null until it begins

    Batches(Exchange begun) {
      this.begun = begun;
    }

    @Override
    public void go() {
      Batch waiting = batch();
      if (waiting != null) {
        walk(waiting).go();
      }
    }

    @Override
    public boolean tryGo(Executor loop, Runnable done) {
      Batch waiting = batch();
      return waiting != null && walk(waiting).tryGo(loop, done);
    }

    private @Nullable Batch batch() {
      batch = batch == null ? takeBatch() : batch;
      return batch;
    }

    private Passage walk(Batch waiting) {
      return passage(
          Timing.EVENTS,
          begun.events(waiting.frames(), streamEnd(waiting.end())),
          reply -> sendBatch(waiting, reply));
    }

    private static @Nullable StreamEnd streamEnd(@Nullable End end) {
      return switch (end) {
        case null -> null;
        case End.Body _, End.Trailers _ -> StreamEnd.BY_SERVER;
        case End.TooLarge _ -> StreamEnd.TOO_LARGE;
        case End.Stopped _ -> StreamEnd.STOPPED;
        case End.Left _ -> StreamEnd.LEFT;
      };
    }
  }

  private void sendBatch(Batch batch, Reply reply) {
    switch (reply) {
      case Reply.InStream events -> sendEvents(events, batch.end());
      case Reply.Onward _, Reply.Ours _ -> throw notHere();
    }
    walked(batch);
    resume();
  }

  private synchronized void sendEvents(Reply.InStream events, @Nullable End end) {
    if (events.end() && end instanceof End.Trailers(var names)) {
      wire.answerBody(events.bytes(), false);
      wire.answerTrailers(names);
    } else if (events.end() || !events.bytes().isEmpty()) {
      wire.answerBody(events.bytes(), events.end());
    }
    if (events.end()) {
      dropAnswer();
    }
  }

  private synchronized @Nullable Batch takeBatch() {
    return answer instanceof AnswerState.Streaming(EventQueue events) ? events.take() : null;
  }

  private synchronized void walked(Batch batch) {
    if (answer instanceof AnswerState.Streaming(EventQueue events)) {
      events.walked(batch);
      askForWalk(events);
    }
  }

  private void dropAnswer() {
    switch (answer) {
      case AnswerState.Collecting(AnswerHead _, Body body) -> body.release();
      case AnswerState.Streaming(EventQueue events) -> events.release();
      case AnswerState.Before _, AnswerState.Echoing _, AnswerState.Handed _ -> {
        // Nothing is held.
      }
    }
    answer = new AnswerState.Handed();
  }

  // Reading on.

  /** Asks for the next message unless events wait or the other side does not take what we sent. */
  private synchronized void readOn() {
    boolean wait =
        switch (answer) {
          case AnswerState.Streaming(EventQueue events) -> events.full() || !wire.ready();
          case AnswerState.Echoing _ -> !wire.ready();
          case AnswerState.Before _, AnswerState.Collecting _, AnswerState.Handed _ -> false;
        };
    if (!wait) {
      paused = false;
      wire.read();
    } else {
      paused = true;
    }
  }

  @Override
  public synchronized void onReady() {
    resume();
  }

  private synchronized void resume() {
    if (paused) {
      readOn();
    }
  }

  // The end.

  /** Envoy says no more. Its ordinary end is a cancel; this one is clean only if we are done. */
  @Override
  public synchronized void onHalfClose() {
    if (!wire.finish()) {
      end();
    }
  }

  @Override
  public void onCancel() {
    end();
  }

  @Override
  public void onComplete() {
    end();
  }

  /** Ends the exchange from our side; Envoy refuses what is pending. */
  synchronized void abort(Status status) {
    wire.abort(status);
    end();
  }

  /**
   * The server stops: what waits for a person ends, and so does a stream by which a client only
   * listens. It would go on for as long as its client, and nothing is lost: the client comes again.
   */
  void drain() {
    request.drained();
    Exchange begun;
    synchronized (this) {
      if (over || draining) {
        return;
      }
      draining = true;
      begun = exchange;
    }
    if (begun != null) {
      lane.submit(new Leaving(begun));
    }
  }

  /** Ends a stream by which a client only listens. */
  private final class Leaving implements Lane.Work {
    private final Exchange begun;

    Leaving(Exchange begun) {
      this.begun = begun;
    }

    @Override
    public void go() {
      if (begun.onlyListens()) {
        endListening();
      }
    }

    @Override
    public boolean tryGo(Executor loop, Runnable done) {
      go();
      done.run();
      return true;
    }
  }

  private synchronized void endListening() {
    switch (answer) {
      case AnswerState.Streaming(EventQueue events) -> endStream(events, new End.Left());
      case AnswerState.Before _ -> {
        if (request.isForwarded()) {
          wire.abort(ProcessService.stopped());
        }
      }
      case AnswerState.Collecting _, AnswerState.Echoing _, AnswerState.Handed _ -> {
        // It ends by itself, soon.
      }
    }
  }

  /**
   * An operator stopped something, and that is in force. Returns whether this exchange is of it:
   * then what is held, or streams, ends.
   */
  synchronized boolean stop(Stop stop) {
    if (over || exchange == null || !exchange.isOf(stop.selector())) {
      return false;
    }
    request.halt(stop);
    if (answer instanceof AnswerState.Streaming(EventQueue events) && request.halted() != null) {
      endStream(events, new End.Stopped());
    }
    return true;
  }

  /** Who calls, if a stop would be about this exchange; else null. */
  synchronized @Nullable Caller matching(Selector selector) {
    return over || exchange == null || !exchange.isOf(selector) ? null : exchange.caller();
  }

  /** Refuses an upload that takes too long. */
  synchronized void watch(Instant now) {
    if (upload != null && now.isAfter(upload.deadline())) {
      cutRequest(Why.TOO_SLOW);
    }
  }

  private synchronized void end() {
    if (over) {
      return;
    }
    wire.gone();
    cutRequest(Why.GONE);
    over = true;
    dropAnswer();
    Exchange begun = exchange;
    if (begun != null) {
      request.gone();
    }
    lane.submit(new Ending(begun));
  }

  /** The last work: outcomes that are missing are written. */
  private final class Ending implements Lane.Work {
    private final @Nullable Exchange begun;

    Ending(@Nullable Exchange begun) {
      this.begun = begun;
    }

    @Override
    public void go() {
      if (begun != null) {
        attempt(begun::conclude);
      }
      service.ended(ExchangeStream.this);
    }

    @Override
    public boolean tryGo(Executor loop, Runnable done) {
      if (begun != null && !begun.tryConclude()) {
        return false;
      }
      service.ended(ExchangeStream.this);
      done.run();
      return true;
    }
  }

  // Walking.

  private Passage passage(Timing kind, Walk walk, Consumer<Reply> sending) {
    return passage(kind, walk, sending, () -> {});
  }

  private Passage passage(Timing kind, Walk walk, Consumer<Reply> sending, Runnable after) {
    return new Passage(walk, sending, after, this::fail, kind, service);
  }

  /** What may block. */
  private interface Attempt {
    void go() throws InterruptedException;
  }

  private void attempt(Attempt attempt) {
    try {
      attempt.go();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(e);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable e) {
    service.failed(e);
    abort(Status.INTERNAL.withDescription("exchange: failed (expected: an outcome)"));
  }

  private Hop hop(ProcessingRequest message) {
    String server = origin.server() == null ? FromEnvoy.server(message) : origin.server();
    return new Hop(origin.peer(), origin.listener(), server, FromEnvoy.requestId(message));
  }

  private static Status unexpected(String message) {
    return Status.FAILED_PRECONDITION.withDescription(
        "message: " + message + " (expected: the order of ext_proc)");
  }

  private static IllegalStateException notHere() {
    return new IllegalStateException("reply: of another leg (expected: one of its own)");
  }

  private static Status notFullDuplex() {
    return Status.FAILED_PRECONDITION.withDescription(
        "protocol_config: other body modes (expected: FULL_DUPLEX_STREAMED both ways)");
  }
}
