package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Waiting;
import io.tabellion.audit.Appender;
import io.tabellion.audit.AuditLog.Reservation;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Executed;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.Reason;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mask.Masked;
import io.tabellion.mask.stream.Deliveries;
import io.tabellion.mask.stream.Tails;
import io.tabellion.mcp.Dialect;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.mcp.Refusals;
import io.tabellion.mcp.Revision;
import io.tabellion.mcp.SessionHeader;
import io.tabellion.metrics.Counter;
import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Source;
import io.tabellion.policy.Question;
import io.tabellion.policy.ToolFacts;
import io.tabellion.session.Intent;
import io.tabellion.session.Origin;
import io.tabellion.session.Session;
import io.tabellion.state.Changes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange: what is known of it, and the walks of its messages down the line.
 *
 * <p>Confined to its lane: one walk at a time, in order. {@link #refusedByHead} and {@link #gone}
 * may be called from elsewhere.
 */
public final class Exchange {
  private static final String JSON = "application/json";

  private final Inspector inspector;
  private final Hop hop;
  private final Caller caller;
  private final RequestHead head;
  private final @Nullable Fault headFault;
  private final String owner;
  private final Instant began;
  private final FactSheet sheet;
  private final Waiting waiting = new Waiting();
  private volatile boolean gone;

  private @Nullable Tails tails;
  private @Nullable Session session;
  private boolean foreignSession;
  private SessionOffer offer = SessionOffer.NONE;
  private @Nullable Dialect dialect;
  private String conversation = "";
  private List<Intent> intents = List.of();
  private boolean forwarded;
  private boolean concluded;
  private boolean leftSession;
  private int events;
  private @Nullable Lost lost;
  private @Nullable Reservation room;

  Exchange(Inspector inspector, Hop hop, Caller caller, RequestHead head) {
    this.inspector = inspector;
    this.hop = hop;
    this.caller = caller;
    this.head = head;
    String id = EntryId.next(inspector.clock()).toString();
    this.headFault = HeadCheck.check(hop, head);
    this.owner = inspector.words().owner(caller.principal());
    this.began = inspector.clock().instant();
    this.sheet =
        new FactSheet(inspector.words(), owner, hop, caller, head.headers()).of(id, head.method());
  }

  // For the edge.

  /** Whether the head is enough to refuse the request, so that no body need be read. */
  public boolean refusedByHead() {
    return headFault != null;
  }

  /** The client, or Envoy, gave up: what waits for a person need not wait any more. */
  public void gone() {
    gone = true;
    waiting.gone();
  }

  /** This server stops: what waits for a person does so no longer, and may come again. */
  public void drained() {
    waiting.drained();
  }

  /** Whose share of what is scarce it takes. */
  public String party() {
    return caller.party();
  }

  /**
   * Walks the request.
   *
   * @param settled runs once it is settled: the body as it came need not be held any more
   */
  public Reply request(Upload upload, Runnable settled) throws InterruptedException {
    return walk(new RequestLeg(this, inspector, upload, settled));
  }

  /** The request left for the server. */
  public void forwarded() {
    forwarded = true;
    inspector.metrics().increment(Counter.FORWARDED);
  }

  /** Walks an answer that was collected whole. */
  public Reply answer(AnswerHead answer, Upload upload) throws InterruptedException {
    return walk(new AnswerLeg(this, inspector, answer, upload));
  }

  /** Walks the head of an event stream. */
  public Reply open(AnswerHead answer) throws InterruptedException {
    return walk(new StreamHeadLeg(this, inspector, answer));
  }

  /**
   * Walks the next frames of an event stream.
   *
   * @param end whether the stream ends behind them
   * @param tooLarge whether it ends because the next event is too large
   */
  public Reply events(List<ByteString> frames, boolean end, boolean tooLarge)
      throws InterruptedException {
    return walk(new EventsLeg(this, inspector, frames, end, tooLarge));
  }

  private <R, D extends Leg.Decided<M>, M extends Leg.Message> Reply walk(Leg<R, D, M> leg)
      throws InterruptedException {
    return inspector.line().walk(leg, this::log);
  }

  /** The room that was set aside, while there is any; else the log. */
  private Appender log() {
    return room == null ? inspector.log() : room;
  }

  /** Enters that Envoy answered by itself while the request was held; that went back at once. */
  public void answeredByEnvoy(AnswerHead answer, EntryId entry) throws InterruptedException {
    inspector.metrics().increment(Counter.ENVOY_REPLIES);
    Facts.Builder facts = sheet.builder().put(Fact.HTTP_STATUS, answer.status());
    inspector.enterEnvoyReply(facts, answer, entry);
  }

  /** Writes the outcome of what was let on and has none. Nothing of this exchange follows. */
  public void conclude() throws InterruptedException {
    if (concluded) {
      return;
    }
    concluded = true;
    clearTails();
    List<Entry> outcomes = new ArrayList<>();
    for (Intent intent : intents) {
      outcomes.add(outcome(intent, intent.outcome(), gone ? "cancelled" : null));
      intent.letGo();
    }
    intents = List.of();
    if (!outcomes.isEmpty()) {
      inspector.metrics().increment(Counter.CANCELLED);
    }
    try {
      Recorded.commit(inspector.state(), Changes.none(), log(), outcomes);
    } catch (AuditUnavailableException e) {
      // The intents stay open; the log closes them when it is opened again.
      inspector.metrics().increment(Counter.AUDIT_FAILURES);
    } finally {
      giveRoom();
    }
  }

  // For the legs.

  String server() {
    String server = hop.server();
    return server == null ? "" : server;
  }

  RequestHead head() {
    return head;
  }

  @Nullable Fault headFault() {
    return headFault;
  }

  String owner() {
    return owner;
  }

  Waiting waiting() {
    return waiting;
  }

  FactSheet sheet() {
    return sheet;
  }

  @Nullable Session session() {
    return session;
  }

  @Nullable Dialect dialect() {
    return dialect;
  }

  /** The session that the header names, whoever's it is; null if there is none. */
  @Nullable Session lookUpSession() {
    if (!(SessionHeader.of(head.headers()) instanceof SessionHeader.Present(String sessionId))) {
      return null;
    }
    String digest = inspector.words().session(sessionId);
    Session found = inspector.sessions().find(server(), digest);
    foreignSession = found != null && !found.owner().equals(owner);
    return found;
  }

  /** Whether the session that the header names is somebody else's. */
  boolean foreignSession() {
    return foreignSession;
  }

  /** What the request is spoken in, and in which session of the caller's own. */
  void speaks(Dialect spoken, @Nullable Session in) {
    dialect = spoken;
    session = in;
    sheet.speaks(spoken, in);
  }

  /** The session that the header names is not the one that the message belongs to. */
  void leavesSession() {
    leftSession = true;
  }

  /** Whether the session header does not go on. */
  boolean leftSession() {
    return leftSession;
  }

  /** What the client says it is. */
  void claims(String client) {
    sheet.claims(client);
  }

  /** All that tells what conversation it belongs to is known. */
  void converses(Changes changes) {
    converses(
        session == null
            ? inspector.conversations().of(owner, sheet.trace(), sheet.apart(), began, changes)
            : session.digest());
  }

  /** The session that an answer to {@code initialize} began. */
  void entered(Session begun) {
    session = begun;
    sheet.enters(begun);
    converses(begun.digest());
  }

  private void converses(String digest) {
    conversation = digest;
    sheet.converses(digest);
  }

  /** What the head of the answer's event stream gives, durably. */
  void offered(SessionOffer made) {
    offer = made;
    begun(made);
  }

  /** The session that an answer's head gives can be used from now on. */
  void begun(SessionOffer made) {
    if (made.begins() != null) {
      inspector.sessions().begun(server(), made.begins());
    }
  }

  SessionOffer offer() {
    return offer;
  }

  /** Whether a body may hold several messages. */
  boolean allowsBatches() {
    return session != null && session.revision() != null && session.revision().allowsBatches();
  }

  /** The era; before the body was read, as the headers announce it. */
  Era era() {
    return dialect == null ? Dialect.announced(head.headers()) : dialect.era();
  }

  /** An event of the answer could not be read; it may have been what is waited for. */
  void lost(Reason reason, String why) {
    lost = new Lost(reason, why);
  }

  /** The last event that could not be read; null if there was none. */
  @Nullable Lost lost() {
    return lost;
  }

  /**
   * An event that could not be read.
   *
   * @param why in words, without content
   */
  record Lost(Reason reason, String why) {}

  /** A stream that repeats what was lost: GET with {@code Last-Event-ID}. */
  boolean resumes() {
    return head.method().equals("GET") && !head.headers().values("last-event-id").isEmpty();
  }

  ToolSightings sightings() {
    return new ToolSightings(inspector, this);
  }

  /** Whose list of tools an answer of this exchange is. */
  Source source() {
    return new Source(server(), owner, revisionWord());
  }

  private String revisionWord() {
    Revision revision = revision();
    return revision == null ? "" : revision.text();
  }

  /** What lists of the server lose. */
  Unlisted unlisted() {
    return new Unlisted(this, inspector);
  }

  /** Whether the tool waits for an operator: its calls are refused. */
  boolean quarantined(@Nullable String tool) {
    return pin(tool).filter(Pin::quarantined).isPresent();
  }

  /** Why the tool waits, in words. */
  Refusals.Waiting waiting(@Nullable String tool) {
    Pin pin = pin(tool).orElse(null);
    if (pin != null && inspector.pins().rival(pin).isPresent()) {
      return Refusals.Waiting.SAME_NAME;
    }
    return pin != null && pin.accepted() == null ? Refusals.Waiting.NEW : Refusals.Waiting.CHANGED;
  }

  /**
   * Whether the name of an unknown tool cannot be told from that of a known one: a server may take
   * one for the other.
   */
  boolean isMistakable(@Nullable String tool) {
    return tool != null
        && pin(tool).isEmpty()
        && inspector.pins().alike(server(), owner, tool).isPresent();
  }

  /** The definition of a tool as this caller sees it, as far as it is known. */
  Optional<Json.Obj> definition(@Nullable String tool) {
    return Optional.ofNullable(accepted(tool)).map(Definition::tree);
  }

  /** What was accepted of a tool as this caller sees it; null if nothing was. */
  @Nullable Definition accepted(@Nullable String tool) {
    return pin(tool).flatMap(pin -> pin.shown(revisionWord())).orElse(null);
  }

  private Optional<Pin> pin(@Nullable String tool) {
    return tool == null ? Optional.empty() : inspector.pins().find(server(), owner, tool);
  }

  Judge judge() {
    return new Judge(inspector.policy(), this, Changes.none());
  }

  /** What the policy is told of all messages of this exchange. */
  Question.Setting setting() {
    return new Question.Setting(
        caller, server(), era().text(), revisionWord(), conversation, inspector.clock().instant());
  }

  private @Nullable Revision revision() {
    if (session != null && session.revision() != null) {
      return session.revision();
    }
    return dialect == null ? null : dialect.revision();
  }

  /** What is known of a tool of this exchange's server. */
  ToolFacts toolFacts(@Nullable String tool) {
    return pin(tool).map(KnownTool::facts).orElse(ToolFacts.UNKNOWN);
  }

  /** Refusals that name the intent. */
  Refusals refusals(@Nullable EntryId reference) {
    return new Refusals(era(), reference == null ? null : reference.toString());
  }

  /** Sets room aside for the intents and for the largest outcome, instead of what was before. */
  void reserve(long bytes) {
    giveRoom();
    room = inspector.log().reserve(owner, server(), bytes + inspector.largestOutcome());
  }

  /** These intents are let on: their answers are awaited. */
  void awaits(List<Intent> admitted) {
    intents = admitted;
    if (session != null) {
      for (Intent intent : admitted) {
        RequestId asked = intent.id();
        if (asked != null) {
          session.opened(asked, intent);
        }
      }
    }
  }

  /** A request is let on that may be answered, and that may want progress. */
  void asks(Operation operation, EntryId entry, Changes changes) {
    if (operation.id() == null) {
      return;
    }
    changes.add(Intent.opened(entry));
    Json token = operation.progressToken();
    if (token != null) {
      inspector.calls().asks(server(), tokenScope(), token, Origin.of(operation), changes);
    }
  }

  /** The call that a task of this caller belongs to. */
  Origin ofTask(String task, Changes changes) {
    return inspector.calls().ofTask(server(), owner, inspector.words().task(task), changes);
  }

  /** The call of the intent made a task; returns the TASK fact. */
  String made(Intent intent, String task, Changes changes) {
    String digest = inspector.words().task(task);
    Origin call = intent.origin();
    if (call != null) {
      inspector.calls().made(server(), owner, digest, call, changes);
    }
    return digest;
  }

  /** The calls that a request or notification of the server belongs to. */
  Belonging belonging(Operation said, Changes changes) {
    boolean listens = head.method().equals("GET");
    Set<Origin> calls = new LinkedHashSet<>();
    for (Intent intent : intents) {
      Origin call = intent.origin();
      if (call != null) {
        calls.add(call);
      }
      Operation asked = intent.operation();
      if (asked != null && asked.task() != null) {
        calls.add(ofTask(asked.task(), changes));
      }
      listens |= asked != null && asked.known() == Method.LISTEN;
    }
    boolean linked = !listens;
    for (String task : said.tasks()) {
      linked |= calls.add(ofTask(task, changes));
    }
    Json token = said.params().get("progressToken");
    if (token != null) {
      linked |= calls.addAll(inspector.calls().ofToken(server(), tokenScope(), token, changes));
    }
    if (linked) {
      return new Belonging(List.copyOf(calls), List.of());
    }
    calls.addAll(session == null ? List.of() : session.calling());
    return new Belonging(
        List.copyOf(calls), session == null ? List.of(Origin.ANY) : session.called());
  }

  /** Clients choose their tokens, each for itself. */
  private String tokenScope() {
    return session == null ? owner : session.digest();
  }

  /** What was let on in this exchange and has no outcome yet. */
  List<Intent> intents() {
    return intents;
  }

  /** The open request of this id that came in this exchange, taken; null if there is none. */
  @Nullable Intent take(RequestId answered, Changes changes) {
    for (Intent intent : intents) {
      if (answered.equals(intent.id()) && intent.take(changes)) {
        return intent;
      }
    }
    return null;
  }

  /** What is answered where no more of the answer can be recorded: nothing of it goes on. */
  Reply notRecorded(int status) {
    Refusals refusals = refusals(intents.isEmpty() ? null : intents.getFirst().entry());
    List<Refusal> all = new ArrayList<>();
    for (Intent intent : intents) {
      if (intent.operation() != null && intent.id() != null) {
        all.add(refusals.answerNotRecorded(intent.operation()));
        intent.refused();
      }
    }
    inspector.metrics().increment(Counter.WITHHELD);
    Refusal refusal =
        switch (all.size()) {
          case 0 -> Refusals.accepted();
          case 1 -> all.getFirst();
          default -> Refusals.batch(all);
        };
    ended();
    return new Reply.Ours(
        status >= 400 ? status : refusal.status(),
        refusal.headers(),
        refusal.body(),
        "tabellion_withheld",
        Marks.unrecorded());
  }

  /** Its outcomes are durable, or cannot be: what is left is to give room back. */
  void ended() {
    concluded = true;
    intents.forEach(Intent::letGo);
    intents = List.of();
    clearTails();
    giveRoom();
  }

  void giveRoom() {
    if (room != null) {
      room.close();
      room = null;
    }
  }

  /** Ends of the texts of the stream so far. */
  Tails tails() {
    if (tails == null) {
      tails = session == null ? new Tails() : tails(session.deliveries());
    }
    return tails;
  }

  private Tails tails(Deliveries deliveries) {
    if (!head.method().equals("GET")) {
      return deliveries.answering();
    }
    return resumes()
        ? deliveries.resuming(
            inspector.words().event(String.join("\n", head.headers().distinct("last-event-id"))))
        : deliveries.listening();
  }

  private void clearTails() {
    if (tails != null) {
      tails.clear();
    }
  }

  int nextEvent() {
    return ++events;
  }

  /** Events of ours were added to those that came. */
  void addedEvents(int more) {
    events += more;
  }

  int eventCount() {
    return events;
  }

  long elapsedMillis() {
    return Duration.between(began, inspector.clock().instant()).toMillis();
  }

  /**
   * The entry that ends an intent whose answer, if any, went by itself.
   *
   * @param how the answer turned out, null if there was none
   */
  Entry outcome(Intent intent, @Nullable Outcome how, @Nullable String detail) {
    Facts.Builder facts =
        sheet
            .about(intent)
            .put(Fact.OUTCOME, how == null ? Outcome.NOT_RELEASED : how)
            .put(Fact.EXECUTED, executed(intent, how))
            .put(Fact.ELAPSED_MS, elapsedMillis());
    if (how == null && intent.id() != null) {
      facts.put(Fact.REASON, Reason.UNANSWERED);
    }
    return entry(EntryKind.CALL_OUTCOME, facts.put(Fact.DETAIL, detail));
  }

  private Executed executed(Intent intent, @Nullable Outcome how) {
    if (how == null) {
      return forwarded ? Executed.UNKNOWN : Executed.NO;
    }
    return intent.isInVain() ? Executed.UNKNOWN : Executed.YES;
  }

  /** An entry without content. */
  Entry entry(EntryKind kind, Facts.Builder facts) {
    return new Entry(EntryId.next(inspector.clock()), kind, facts.build(), null);
  }

  /** An entry with what of a message may be kept. */
  Entry entry(EntryKind kind, Facts.Builder facts, Masked message) {
    return entry(EntryId.next(inspector.clock()), kind, facts, message);
  }

  Entry entry(EntryId entry, EntryKind kind, Facts.Builder facts, Masked message) {
    return new Entry(entry, kind, facts.build(), content(message.recorded()));
  }

  /** An entry with the definition of a tool, masked as pins keep them. */
  Entry entry(EntryKind kind, Facts.Builder facts, Definition definition) {
    Json.Obj tree = definition.tree();
    return new Entry(
        EntryId.next(inspector.clock()),
        kind,
        facts.build(),
        tree == null ? null : content(JsonWriter.write(tree)));
  }

  private static Entry.@Nullable Content content(@Nullable ByteString json) {
    return json == null ? null : new Entry.Content(JSON, json);
  }
}
