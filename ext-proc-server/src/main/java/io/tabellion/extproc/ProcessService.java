package io.tabellion.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.tabellion.audit.EntryId;
import io.tabellion.extproc.ExchangeStream.Origin;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.Caller;
import io.tabellion.identity.Evidence;
import io.tabellion.identity.Identification;
import io.tabellion.identity.Identifier;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.inspect.Exchange;
import io.tabellion.inspect.FurtherPlace;
import io.tabellion.inspect.Hop;
import io.tabellion.inspect.Inspector;
import io.tabellion.inspect.Reply;
import io.tabellion.inspect.RequestHead;
import io.tabellion.inspect.RequestProgress;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Tally;
import io.tabellion.metrics.Timing;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ext_proc service: one {@link ExchangeStream} for each call, and what all of them share.
 *
 * <p>Written on gRPC's call listener rather than the generated stub: there the half-close, the
 * cancel and each close are ours to see and to make.
 *
 * <p>Thread-safe.
 */
final class ProcessService {
  private static final Logger LOG = System.getLogger(ProcessService.class.getName());

  private static final Metadata.Key<String> LISTENER =
      Metadata.Key.of("x-tabellion-listener", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> XFCC =
      Metadata.Key.of(Xfcc.NAME, Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> SERVER =
      Metadata.Key.of("x-tabellion-server", Metadata.ASCII_STRING_MARSHALLER);

  /**
   * Levels of a message, of which a claim of a token takes three for each of its own: Envoy reads
   * 100, and what is too deep for us is refused with a reason rather than by gRPC.
   */
  private static final int DEEPEST = 1_000;

  private static final String DEFAULT_LISTENER = "default";

  /** Refusals of proxies that are told of, each once. */
  private static final int MOST_STRANGERS = 1_000;

  private static final Identifier NOBODY = new Identifier(IdentitySettings.NOBODY);

  private final Inspector inspector;
  private final Map<String, Identifier> identifiers;
  private final Limits limits;
  private final HeldBytes held;
  private final Metrics metrics;
  private final InstantSource clock;
  private final String plainPeer;
  private final boolean behindSidecar;
  private final Vouching vouching;
  private final Loops loops;
  private final Set<ExchangeStream> live = ConcurrentHashMap.newKeySet();

  /** Listeners whose callers could be known by certificates of which Envoy tells nothing. */
  private final Set<String> blind = ConcurrentHashMap.newKeySet();

  /** What was told of proxies that were refused. */
  private final Set<String> strangers = ConcurrentHashMap.newKeySet();

  ProcessService(
      ExtProcSettings settings,
      Inspector inspector,
      Metrics metrics,
      InstantSource clock,
      Loops loops) {
    this.inspector = inspector;
    this.identifiers =
        settings.listeners().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, listener -> new Identifier(listener.getValue())));
    this.limits = settings.limits();
    this.held = new HeldBytes(limits.held());
    this.metrics = metrics;
    this.clock = clock;
    this.loops = loops;
    this.plainPeer = settings.transport().plainPeer();
    this.behindSidecar =
        settings.transport() instanceof ExtProcSettings.Transport.Mesh(var _, var sidecar)
            && sidecar;
    this.vouching = settings.vouching();
  }

  ServerServiceDefinition definition() {
    var process =
        ExternalProcessorGrpc.getProcessMethod().toBuilder()
            .setRequestMarshaller(
                ProtoUtils.marshallerWithRecursionLimit(
                    ProcessingRequest.getDefaultInstance(), DEEPEST))
            .build();
    return ServerServiceDefinition.builder(ExternalProcessorGrpc.SERVICE_NAME)
        .addMethod(process, this::begin)
        .build();
  }

  private ServerCall.Listener<ProcessingRequest> begin(
      ServerCall<ProcessingRequest, ProcessingResponse> call, Metadata head) {
    metrics.increment(Counter.EXCHANGES);
    String peer = peer(call, head);
    if (peer == null) {
      refused(
          "proxy: unknown (expected: its SPIFFE id in %s, from this pod's own sidecar)"
              .formatted(Xfcc.NAME));
      call.close(
          Status.UNAUTHENTICATED.withDescription("proxy: unknown (expected: one of the mesh)"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    var origin =
        new Origin(
            peer,
            Objects.requireNonNullElse(head.get(LISTENER), DEFAULT_LISTENER),
            head.get(SERVER));
    var progress = new RequestProgress();
    var stream = new ExchangeStream(this, new Wire(call, progress), progress, origin);
    live.add(stream);
    call.request(1);
    return stream;
  }

  /** Who opened the stream; null where that must be said and is not. */
  private @Nullable String peer(ServerCall<?, ?> call, Metadata head) {
    if (!behindSidecar) {
      return Objects.requireNonNullElse(call.getAttributes().get(Peers.PEER), plainPeer);
    }
    Iterable<String> values = head.getAll(XFCC);
    return values == null ? null : Xfcc.proxy(values);
  }

  /** Why the peer may not speak there; null if it may. It is counted, and told once. */
  @Nullable String refuses(Hop hop) {
    String why = vouching.refuses(hop);
    if (why != null) {
      refused(why);
    }
    return why;
  }

  private void refused(String why) {
    metrics.increment(Counter.REFUSED_PROXIES);
    if (strangers.size() < MOST_STRANGERS && strangers.add(why)) {
      LOG.log(Level.WARNING, "ext_proc: a stream was refused: {0}", why);
    }
  }

  // What streams share.

  Inspector inspector() {
    return inspector;
  }

  Loops loops() {
    return loops;
  }

  /** Counts a message that was walked on the transport's thread. */
  void walkedAtOnce() {
    metrics.increment(Counter.WALKED_AT_ONCE);
  }

  /** Notes how long a message took, from when all of it had come. */
  void timed(Timing kind, long begun) {
    metrics.time(kind, begun);
  }

  /** Counts a message for which no memory was left. */
  void noRoom() {
    metrics.series(Tally.NO_ROOM, "memory").increment();
  }

  /** Who calls, by the first message of a request. */
  Identification identify(String listener, ProcessingRequest first) {
    Identifier identifier = identifier(listener);
    if (identifier.wantsCertificate()
        && !FromEnvoy.tellsOfCertificates(first)
        && blind.add(listener)) {
      LOG.log(
          Level.WARNING,
          "listener {0}: callers may be known by their certificate, but Envoy does not send"
              + " connection.mtls (expected: in request_attributes of the filter"
              + " io.tabellion.ext_proc, as in envoy-config/envoy-mtls.yaml)",
          listener);
    }
    return identifier.identify(FromEnvoy.evidence(first));
  }

  /** The request as one that another place let on; null if it is a call of its own. */
  @Nullable FurtherPlace further(
      String listener, ProcessingRequest first, Hop hop, RequestHead head) {
    Evidence evidence = FromEnvoy.evidence(first);
    return inspector.further(hop, identifier(listener).gateway(evidence), evidence.address(), head);
  }

  /** Who was answered by Envoy itself, by the head of that answer: it tells of no connection. */
  Identification identifyByAnswer(String listener, ProcessingRequest answer) {
    return identifier(listener).identify(FromEnvoy.evidence(answer));
  }

  /** The answer to a request without a caller; it is counted, not entered. */
  Reply.Ours nobody(String listener, Identification.Reason reason) {
    return inspector.nobody(reason, identifier(listener).wantsToken());
  }

  private Identifier identifier(String listener) {
    return identifiers.getOrDefault(listener, NOBODY);
  }

  /**
   * @param party whose share of what is scarce it takes
   */
  Body requestBody(String party) {
    return new Body(limits.request(), held.of(party));
  }

  Body answerBody(Exchange of) {
    return new Body(limits.answer(), held.of(of.party()));
  }

  EventQueue events(Exchange of) {
    return new EventQueue(limits.event(), held.of(of.party()));
  }

  Instant uploadDeadline() {
    return clock.instant().plus(limits.uploadTime());
  }

  EntryId nextEntry() {
    return EntryId.next(clock);
  }

  /** Counts and tells of a failure of ours, by its kind only. */
  void failed(Throwable failure) {
    metrics.increment(Counter.INTERNAL_ERRORS);
    LOG.log(Level.ERROR, () -> "exchange: failed with " + describe(failure));
  }

  /** The kind and the place; a message might hold content. */
  private static String describe(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return failure.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  void ended(ExchangeStream stream) {
    live.remove(stream);
    synchronized (live) {
      live.notifyAll();
    }
  }

  // All streams.

  /** Refuses uploads that take too long. */
  void watch() {
    try {
      Instant now = clock.instant();
      live.forEach(stream -> stream.watch(now));
      inspector.tidy(now);
    } catch (RuntimeException e) {
      failed(e); // the watch goes on
    }
  }

  /** The server stops: calls that wait for a person end, and may come again. */
  void drain() {
    live.forEach(ExchangeStream::drain);
  }

  /** A stop is in force; returns how many exchanges it is about. */
  int end(Stop stop) {
    return (int) live.stream().filter(stream -> stream.stop(stop)).count();
  }

  /** The caller of each exchange that a stop would be about. */
  List<Caller> matching(Selector selector) {
    return live.stream().map(stream -> stream.matching(selector)).filter(Objects::nonNull).toList();
  }

  static Status stopped() {
    return Status.UNAVAILABLE.withDescription("server: stopped (expected: another one)");
  }

  void abortAll() {
    live.forEach(stream -> stream.abort(stopped()));
  }

  /** Waits until there are no exchanges, or so long. */
  void awaitNone(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    synchronized (live) {
      while (!live.isEmpty()) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return;
        }
        live.wait(left);
      }
    }
  }

  /** Exchanges whose outcome is not written yet. */
  int live() {
    return live.size();
  }

  /** Bytes held by all exchanges. */
  long heldBytes() {
    return held.held();
  }
}
