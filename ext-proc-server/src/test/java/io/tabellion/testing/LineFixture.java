package io.tabellion.testing;

import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.Approvals;
import io.tabellion.approval.AskingDesk;
import io.tabellion.approval.Desk;
import io.tabellion.approval.HeldCall;
import io.tabellion.approval.Office;
import io.tabellion.approval.Vigil;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Executed;
import io.tabellion.audit.Fact;
import io.tabellion.audit.FactWord;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.Reason;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.budget.BudgetSettings;
import io.tabellion.extproc.ExtProcServer;
import io.tabellion.extproc.ExtProcSettings;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.extproc.ExtProcSettings.Transport;
import io.tabellion.extproc.Vouching;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.inspect.Inspector;
import io.tabellion.inspect.LineSettings;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mcp.Fault;
import io.tabellion.metrics.Metrics;
import io.tabellion.pin.Pins;
import io.tabellion.policy.Decision;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.LoadReason;
import io.tabellion.policy.Policy;
import io.tabellion.policy.Question;
import io.tabellion.policy.Question.Direction;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.KeyedHash;
import io.tabellion.secret.SecretBytes;
import io.tabellion.session.SessionOwners;
import io.tabellion.state.Changes;
import io.tabellion.state.MemoryState;
import io.tabellion.state.SharedState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The ext_proc server on a port of its own, with a log in memory and Envoy by script. */
public final class LineFixture implements AutoCloseable {
  private static final int LARGEST_SPOOL = 1 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  public final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T08:00:00Z"));
  public final MemoryAuditLog log = new MemoryAuditLog(clock);
  public final Metrics metrics = new Metrics();
  public final KeyedHash hash =
      new HmacKeyedHash(
          SecretBytes.copyOf("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8)));

  public final SharedState state = new MemoryState(clock);

  private final Pins pins;
  private final ExtProcServer server;
  private final ManagedChannel channel;

  /** Where bodies lie while people decide about them. */
  public final Path spool = Files.createTempDirectory("held");

  private volatile Desk desk = Desk.NOBODY;
  private volatile @Nullable Policy written;
  private volatile Predicate<Question> allows = LineFixture::usual;
  private volatile Masking baseline = Masking.NONE;
  private volatile Function<Question, Masking> masks = _ -> Masking.NONE;

  public LineFixture() throws IOException {
    this(Limits.DEFAULTS, IdentitySettings.ANONYMOUS, SessionOwners.NONE);
  }

  public LineFixture(Limits limits, IdentitySettings identity, SessionOwners owners)
      throws IOException {
    this(limits, identity, owners, MaskSettings.DEFAULTS);
  }

  /** With keys and tools of masking. */
  public LineFixture(MaskSettings masking) throws IOException {
    this(Limits.DEFAULTS, IdentitySettings.ANONYMOUS, SessionOwners.NONE, masking);
  }

  /** With all of it. */
  public LineFixture(
      Limits limits, IdentitySettings identity, SessionOwners owners, MaskSettings masking)
      throws IOException {
    this(limits, Map.of("default", identity), owners, masking, Map.of());
  }

  /**
   * With several places.
   *
   * @param places by server, the listeners that its requests pass
   */
  public LineFixture(Map<String, IdentitySettings> listeners, Map<String, List<String>> places)
      throws IOException {
    this(Limits.DEFAULTS, listeners, SessionOwners.NONE, MaskSettings.DEFAULTS, places);
  }

  private LineFixture(
      Limits limits,
      Map<String, IdentitySettings> listeners,
      SessionOwners owners,
      MaskSettings masking,
      Map<String, List<String>> places)
      throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var settings =
        new ExtProcSettings(
            new Transport.InsecureLoopback(address), limits, listeners, Vouching.ALL, 0);
    pins = SamplePins.empty(clock, state);
    var inspector =
        new Inspector(
            this::policy,
            log,
            hash,
            owners,
            pins,
            metrics,
            clock,
            new LineSettings(
                limits.largest(),
                masking,
                BudgetSettings.DEFAULTS,
                new LineSettings.Spooling(spool, LARGEST_SPOOL),
                places),
            state,
            new Approvals(new Switch()));
    server = new ExtProcServer(settings, inspector, metrics, clock);
    server.start();
    channel =
        Grpc.newChannelBuilder("localhost:" + server.port(), InsecureChannelCredentials.create())
            .maxInboundMessageSize(64 << 20)
            .directExecutor()
            .build();
    connect(channel);
  }

  /** Streams begin in their order only on a connection that stands. */
  private static void connect(ManagedChannel channel) throws IOException {
    try {
      ConnectivityState state = channel.getState(true);
      while (state != ConnectivityState.READY) {
        var changed = new CountDownLatch(1);
        channel.notifyWhenStateChanged(state, changed::countDown);
        if (!changed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new IOException("channel: " + state + " (expected: READY)");
        }
        state = channel.getState(false);
      }
    } catch (InterruptedException e) {
      throw new IOException("channel: interrupted", e);
    }
  }

  /** All but what a server asks, and tools that begin with {@code delete}. */
  private static boolean usual(Question question) {
    boolean tool =
        question.target().tool() != null && question.target().tool().startsWith("delete");
    return question.direction() == Direction.SERVER_REQUEST
        ? question.target().method().startsWith("notifications/")
        : !tool;
  }

  /** From now on this policy is in force. */
  public void policy(Policy policy) {
    written = policy;
  }

  /** From now on calls that need approval are put to people there. */
  public void desk(Desk where) {
    desk = where;
  }

  /** The desk that counts now, for all that a desk is asked. */
  private final class Switch implements Desk {
    @Override
    public Answer ask(HeldCall call) throws InterruptedException {
      return desk.ask(call);
    }

    @Override
    public Answer ask(HeldCall call, Vigil vigil) throws InterruptedException {
      return desk.ask(call, vigil);
    }

    @Override
    public List<Entry> cancel(Named call, Changes changes) {
      return desk.cancel(call, changes);
    }

    @Override
    public boolean elicits() {
      return desk.elicits();
    }

    @Override
    public Optional<Entry> ended(Facts outcome, Changes changes) {
      return desk.ended(outcome, changes);
    }
  }

  /** From now on calls that need approval are put to people of this office. */
  public Office office(ApprovalSettings settings) {
    Office office = Office.of(state, log, clock, settings, said -> said);
    desk = new AskingDesk(office.ledger(), hash, clock, settings);
    return office;
  }

  /** From now on the policy allows these. */
  public void allow(Predicate<Question> questions) {
    allows = questions;
  }

  /** From now on this is masked of everything, and what rules add to it. */
  public void mask(Masking always, Function<Question, Masking> rules) {
    baseline = always;
    masks = rules;
  }

  public EnvoyPeer envoy() {
    return new EnvoyPeer(channel);
  }

  /** Sends a request whole, on a stream of its own, and takes it as it goes on. */
  public EnvoyPeer.Stream sent(String body) {
    EnvoyPeer.Stream stream = envoy().open().post().requestBody(body, true);
    stream.forwarded();
    return stream;
  }

  public Pins pins() {
    return pins;
  }

  public ExtProcServer server() {
    return server;
  }

  /** The policy in force. */
  public Policy policy() {
    Policy policy = written;
    return policy == null ? predicates() : policy;
  }

  private Policy predicates() {
    return new Policy() {
      @Override
      public Decision decide(Question question) {
        boolean allowed = allows.test(question);
        return new Decision(
            allowed ? Action.ALLOW : Action.DENY,
            allowed ? List.of() : List.of("R-1"),
            allowed ? null : "No.",
            digest(),
            masks.apply(question),
            List.of(),
            Decision.Shadow.NONE,
            List.of());
      }

      @Override
      public Masking baseline() {
        return baseline;
      }

      @Override
      public String digest() {
        return "d".repeat(64);
      }
    };
  }

  // What the log holds.

  /** Waits until the log has so many entries, and returns them. */
  public List<StoredEntry> entries(int atLeast) throws InterruptedException {
    if (atLeast > 0 && !log.awaitSize(atLeast - 1L, PATIENCE)) {
      throw new AssertionError("entries: " + log.size() + " (expected: " + atLeast + ")");
    }
    return log.read(0, Integer.MAX_VALUE);
  }

  /** Waits until the log has so many entries, and returns the kinds in order. */
  public List<String> kinds(int atLeast) throws InterruptedException {
    return entries(atLeast).stream().map(entry -> entry.leaf().kind().text()).toList();
  }

  /** The facts of an entry as text. */
  public @Nullable String fact(int index, Fact fact) throws InterruptedException {
    Leaf leaf = entries(index + 1).get(index).leaf();
    Object value = leaf.facts().values().get(fact);
    return value == null ? null : value.toString();
  }

  /** The content of an entry as text; null if it has none. */
  public @Nullable String content(int index) throws InterruptedException {
    return entries(index + 1).get(index).content().get() instanceof StoredContent.Clear(var content)
        ? content.bytes().toStringUtf8()
        : null;
  }

  public EntryKind kind(int index) throws InterruptedException {
    return entries(index + 1).get(index).leaf().kind();
  }

  /** Each decision, outcome and reason is one of its closed set. */
  private void requireClosedSets() throws InterruptedException {
    for (StoredEntry entry : entries(0)) {
      requireWord(entry, Fact.DECISION, FactWord.all(Disposition.values()));
      requireWord(entry, Fact.OUTCOME, FactWord.all(Outcome.values()));
      requireWord(entry, Fact.EXECUTED, FactWord.all(Executed.values()));
      requireWord(entry, Fact.REASON, reasons(entry.leaf().kind()));
    }
  }

  private static Set<String> reasons(EntryKind kind) {
    if (kind == EntryKind.POLICY_LOADED) {
      return FactWord.all(LoadReason.values());
    }
    Set<String> reasons = new HashSet<>(FactWord.all(Reason.values()));
    Stream.of(Fault.Kind.values()).map(Fault.Kind::word).forEach(reasons::add);
    return reasons;
  }

  private static void requireWord(StoredEntry entry, Fact fact, Set<String> words) {
    String word = entry.leaf().facts().text(fact);
    if (word != null && !words.contains(word)) {
      throw new AssertionError("%s: %s (expected: one of %s)".formatted(fact, word, words));
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      server.stop(Duration.ZERO);
      requireClosedSets();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (server.live() != 0 || server.heldBytes() != 0) {
      throw new AssertionError(
          "left: %d exchanges, %d bytes (expected: none)"
              .formatted(server.live(), server.heldBytes()));
    }
    try {
      Files.delete(spool);
    } catch (IOException e) {
      throw new AssertionError("left: bodies (expected: none)", e);
    }
  }

  /** Returns when the server has taken all that was sent before on this connection. */
  public void taken() {
    envoy().open().requestHead("PUT", true).immediate();
  }
}
