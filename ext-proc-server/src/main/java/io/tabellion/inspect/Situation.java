package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.audit.EntryId;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mcp.Dialect;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.HeldTask;
import io.tabellion.mcp.Refusals;
import io.tabellion.mcp.Revision;
import io.tabellion.mcp.SessionHeader;
import io.tabellion.pin.Source;
import io.tabellion.policy.Question;
import io.tabellion.session.Session;
import io.tabellion.state.Changes;
import io.tabellion.stop.InForce;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The situation of an exchange: who asks whom, since when, in which era, session and conversation.
 *
 * <p>Not thread-safe: it belongs to the lane of its exchange.
 */
final class Situation {
  private final Services services;
  private final Hop hop;
  private final Caller caller;
  private final RequestHead head;
  private final @Nullable Fault headFault;
  private final String owner;
  private final Instant began;
  private final FactSheet sheet;
  private @Nullable Session named;
  private @Nullable Session session;
  private boolean foreignSession;
  private boolean leftSession;
  private @Nullable Dialect dialect;
  private String conversation = "";
  private boolean showsLinks;

  /** That is asked about in place of a call; null in most exchanges. */
  private @Nullable HeldTask task;

  /** The request as it passes further places; null where it passes none. */
  private @Nullable Passing passing;

  /** Names of the tools that the request calls, once it was read; read by other threads too. */
  private volatile Set<String> called = Set.of();

  Situation(Services services, Hop hop, Caller caller, RequestHead head) {
    this.services = services;
    this.hop = hop;
    this.caller = caller;
    this.head = head;
    String id = EntryId.next(services.clock()).toString();
    this.headFault = HeadCheck.check(hop, head);
    this.owner = services.words().owner(caller.principal());
    this.began = services.clock().instant();
    this.sheet =
        new FactSheet(services.words(), owner, hop, caller, head.headers()).of(id, head.method());
  }

  Hop hop() {
    return hop;
  }

  /** It goes on to further places. */
  void passesOn(Passing request) {
    passing = request;
  }

  /** The request as it passes further places; null where it passes none. */
  @Nullable Passing passing() {
    return passing;
  }

  /** The further places that saw the request: a line each. */
  List<String> seenAt() {
    return passing == null ? List.of() : passing.seen();
  }

  /** Whose share of what is scarce it takes. */
  String party() {
    return caller.party();
  }

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

  FactSheet sheet() {
    return sheet;
  }

  @Nullable Session session() {
    return session;
  }

  @Nullable Dialect dialect() {
    return dialect;
  }

  /** Looks up the session that the header names. May block on a disk. */
  void recallSession() {
    if (SessionHeader.of(head.headers()) instanceof SessionHeader.Present(String sessionId)) {
      String digest = services.words().session(sessionId);
      named = services.sessions().recall(server(), digest).session();
    }
  }

  /** The session that the header names, whoever's it is; null if there is none. */
  @Nullable Session namedSession() {
    foreignSession = named != null && !named.owner().equals(owner);
    return named;
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
            ? services.conversations().of(owner, sheet.trace(), sheet.apart(), began, changes)
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

  /** Its client says, as it initialises, that it shows links to its user. */
  void shownLinks() {
    showsLinks = true;
  }

  boolean showsLinks() {
    return showsLinks;
  }

  /** The conversation that it belongs to; empty before that is known. */
  String conversation() {
    return conversation;
  }

  /** Whether a body may hold several messages. */
  boolean allowsBatches() {
    return session != null && session.revision() != null && session.revision().allowsBatches();
  }

  /** The era; before the body was read, as the headers announce it. */
  Era era() {
    return dialect == null ? Dialect.announced(head.headers()) : dialect.era();
  }

  /** A stream that repeats what was lost: GET with {@code Last-Event-ID}. */
  boolean resumes() {
    return head.method().equals("GET") && !head.headers().values("last-event-id").isEmpty();
  }

  /** Whose list of tools an answer of this exchange is. */
  Source source() {
    return new Source(server(), owner, revisionWord());
  }

  private String revisionWord() {
    Revision revision = revision();
    return revision == null ? "" : revision.text();
  }

  /** What the policy is told of all messages of this exchange. */
  Question.Setting setting() {
    return new Question.Setting(
        caller, server(), era().text(), revisionWord(), conversation, services.clock().instant());
  }

  private @Nullable Revision revision() {
    if (session != null && session.revision() != null) {
      return session.revision();
    }
    return dialect == null ? null : dialect.revision();
  }

  /** The client asks about a task that stands for a call, and the call is made. */
  void asksAbout(HeldTask asked) {
    task = asked;
  }

  /** What goes to the client of a message to it, which may be the answer to its call. */
  @Nullable ByteString outgoing(@Nullable ByteString message) {
    if (task == null || message == null) {
      return message;
    }
    return new JsonReader(services.largest().json()).read(message)
            instanceof Reading.Document(Json.Obj answer)
        ? JsonWriter.write(task.wrapped(answer, services.clock().instant()))
        : message;
  }

  /** Refusals that name the intent. */
  Refusals refusals(@Nullable EntryId reference) {
    return new Refusals(
        era(), reference == null ? null : reference.toString(), task, services.clock().instant());
  }

  /** When it began. */
  Instant began() {
    return began;
  }

  long elapsedMillis() {
    return Duration.between(began, services.clock().instant()).toMillis();
  }

  /** Clients choose their tokens, each for itself. */
  String tokenScope() {
    return session == null ? owner : session.digest();
  }

  /** The request calls these tools. */
  void calls(Set<String> tools) {
    called = tools;
  }

  Caller caller() {
    return caller;
  }

  /** Whether a stop matches the exchange, as far as it is known; asked by any thread. */
  boolean isOf(Selector stopped) {
    return stopped.matches(caller, server(), called);
  }

  /** The stop that stops a message, of those that are in force; null if none does. */
  @Nullable Stop stopped(InForce stops, @Nullable String tool) {
    return stops.stops().isEmpty()
        ? null
        : stops.find(
            caller, server(), tool == null ? Set.of() : Set.of(tool), services.clock().instant());
  }

  /** What is known of the tools of the server, as this caller sees them. */
  KnownTools tools() {
    return new KnownTools(services.pins(), server(), owner, revisionWord());
  }
}
