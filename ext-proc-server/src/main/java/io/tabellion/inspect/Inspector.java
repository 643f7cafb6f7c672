package io.tabellion.inspect;

import io.tabellion.approval.Approvals;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Reason;
import io.tabellion.identity.Caller;
import io.tabellion.identity.Identification;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.MendingReader;
import io.tabellion.jsonrpc.MessageReader;
import io.tabellion.jsonrpc.Repair;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.MaskTokens;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.Headers;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.pace.Turns;
import io.tabellion.pin.Pins;
import io.tabellion.policy.Policy;
import io.tabellion.schema.ArgumentSchemas;
import io.tabellion.secret.KeyedHash;
import io.tabellion.session.Calls;
import io.tabellion.session.Conversations;
import io.tabellion.session.SessionOwners;
import io.tabellion.session.Sessions;
import io.tabellion.state.Changes;
import io.tabellion.state.SharedState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What all exchanges share: the line, the sessions, the policy in force.
 *
 * <p>Thread-safe.
 */
public final class Inspector {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NO_CALLER = 40101;

  private final Supplier<Policy> policy;
  private final AuditLog log;
  private final SharedState state;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Room room;

  /** Bytes that commitments to one answer may need beside it. */
  private final long lists;

  private final Pins pins;
  private final ArgumentSchemas schemas = new ArgumentSchemas();
  private final Words words;
  private final Sessions sessions;
  private final Calls calls;
  private final Conversations conversations;
  private final Turns turns = Turns.ofThisMachine();
  private final Line line;
  private final Masker masker;
  private final Restorer restorer;
  private final MendingReader requests;
  private final MendingReader answers;

  public Inspector(
      Supplier<Policy> policy,
      AuditLog log,
      KeyedHash hash,
      SessionOwners owners,
      Pins pins,
      Metrics metrics,
      InstantSource clock,
      Room room,
      MaskSettings masking,
      SharedState state,
      Approvals approvals) {
    this.policy = policy;
    this.state = state;
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
    this.room = room;
    this.pins = pins;
    MaskKeys keys = new MaskKeys(hash, masking.tenant(), masking.epoch());
    this.masker = new Masker(keys, masking.disclosure());
    this.lists = masking.disclosure() == null ? 0 : Committed.MOST_BYTES;
    this.restorer = new Restorer(masking, new MaskTokens(keys), new MessageReader(room.json()));
    this.requests = MendingReader.ofClients(room.json());
    this.answers = MendingReader.ofServers(room.json());
    this.words = new Words(hash, masker, () -> policy.get().baseline());
    this.sessions = new Sessions(state, owners, clock);
    this.calls = new Calls(owners);
    this.conversations = new Conversations(hash);
    this.line = new Line(masker, approvals, state, metrics, clock, turns);
  }

  /**
   * How large what is read and recorded may be, in bytes.
   *
   * @param answer the largest JSON answer: for so much room is reserved before a request is let on
   * @param event the largest event of a stream
   * @param json how much one JSON document may ask of its reader
   */
  public record Room(int answer, int event, Limits json) {}

  /** Begins an exchange of a known caller. */
  public Exchange begin(Hop hop, Caller caller, RequestHead head) {
    return new Exchange(this, hop, caller, head);
  }

  /**
   * Returns the answer to a request without a verified caller. It is counted, not entered: what
   * comes before identity must not fill the log (P8).
   *
   * <p>HTTP 401 where a token would help, 403 where it would not; a policy decision has neither,
   * for clients take both for the start of a login.
   *
   * @param wantsToken whether callers are known by tokens here
   */
  public Reply.Ours nobody(Identification.Reason reason, boolean wantsToken) {
    metrics.increment(Counter.UNAUTHENTICATED);
    boolean login = wantsToken && reason == Identification.Reason.NOTHING_VERIFIED;
    Json.Obj error =
        Json.Obj.EMPTY
            .with("code", Json.Num.of(NO_CALLER))
            .with("message", new Json.Text("No verified caller: " + reason.text() + "."));
    Json.Obj body =
        Json.Obj.EMPTY
            .with("jsonrpc", new Json.Text("2.0"))
            .with("id", Json.Literal.NULL)
            .with("error", error);
    return new Reply.Ours(
        login ? UNAUTHORIZED : FORBIDDEN,
        List.of(
            new Header("content-type", "application/json"),
            new Header("cache-control", "no-store")),
        JsonWriter.write(body),
        "tabellion_no_caller",
        Marks.unrecorded());
  }

  /** Whether what comes before a request of theirs is entered rather than counted. */
  public static boolean isEntered(Identification who) {
    return who instanceof Identification.Known(Caller caller)
        && caller.source() != Caller.Source.ANONYMOUS;
  }

  /**
   * Enters that Envoy answered by itself before we saw a request. Without a verified caller it is
   * counted only.
   */
  public void refusedBefore(Hop hop, Identification who, AnswerHead answer, EntryId entry)
      throws InterruptedException {
    metrics.increment(Counter.ENVOY_REPLIES);
    switch (who) {
      case Identification.Known(Caller caller) when caller.source() != Caller.Source.ANONYMOUS -> {
        var sheet =
            new FactSheet(words, words.owner(caller.principal()), hop, caller, Headers.NONE);
        enterEnvoyReply(sheet.builder().put(Fact.HTTP_STATUS, answer.status()), answer, entry);
      }
      case Identification.Known _, Identification.Refused _ ->
          metrics.increment(Counter.UNAUTHENTICATED);
    }
  }

  /** Enters an answer of Envoy's own. */
  void enterEnvoyReply(Facts.Builder facts, AnswerHead answer, EntryId entry)
      throws InterruptedException {
    facts
        .put(Fact.DECISION, Disposition.REFUSED)
        .put(Fact.REASON, Reason.ENVOY)
        .put(Fact.DETAIL, words.chosen(answer.ownDetails()));
    try {
      Recorded.commit(
          state,
          Changes.none(),
          log,
          List.of(new Entry(entry, EntryKind.REFUSED, facts.build(), null)));
    } catch (AuditUnavailableException e) {
      metrics.increment(Counter.AUDIT_FAILURES);
    }
  }

  /** Forgets what is long over. */
  public void tidy(Instant now) {
    sessions.tidy(now);
    state.tidy(now);
  }

  // For exchanges and legs.

  Policy policy() {
    return policy.get();
  }

  AuditLog log() {
    return log;
  }

  SharedState state() {
    return state;
  }

  Metrics metrics() {
    return metrics;
  }

  /** Counts a message that was mended. */
  void mended(List<Repair> repairs) {
    if (!repairs.isEmpty()) {
      metrics.increment(Counter.MENDED);
    }
  }

  InstantSource clock() {
    return clock;
  }

  /** The most that an outcome brings to the log: the answer, longer by its masks, and the list. */
  long largestOutcome() {
    return room.answer() + Masker.MOST_GROWTH + lists;
  }

  Room room() {
    return room;
  }

  Pins pins() {
    return pins;
  }

  ArgumentSchemas schemas() {
    return schemas;
  }

  Words words() {
    return words;
  }

  Sessions sessions() {
    return sessions;
  }

  Calls calls() {
    return calls;
  }

  Conversations conversations() {
    return conversations;
  }

  Masker masker() {
    return masker;
  }

  Restorer restorer() {
    return restorer;
  }

  Line line() {
    return line;
  }

  /** Reads what clients send. */
  MendingReader requests() {
    return requests;
  }

  /** Reads what servers send. */
  MendingReader answers() {
    return answers;
  }
}
