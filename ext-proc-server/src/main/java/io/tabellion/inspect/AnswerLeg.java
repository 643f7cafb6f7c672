package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Executed;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.Reason;
import io.tabellion.inspect.Heard.Ignored;
import io.tabellion.inspect.Heard.Messages;
import io.tabellion.inspect.Heard.Nothing;
import io.tabellion.inspect.Heard.Own;
import io.tabellion.inspect.Heard.Said;
import io.tabellion.inspect.Heard.Unusable;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.Mended;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.Repair;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.MediaType;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.mcp.Refusals;
import io.tabellion.metrics.Counter;
import io.tabellion.policy.Decision;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import io.tabellion.session.Sessions;
import io.tabellion.state.Changes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An answer that was collected whole: the outcome is durable before it goes on (P2). */
final class AnswerLeg implements Leg<AnswerLeg.Read, AnswerLeg.Ruling, Answered> {
  private static final int BAD_GATEWAY = 502;
  private static final int OK = 200;
  private static final int REDIRECTS = 300;
  private static final int ERRORS = 400;
  static final Repair BATCH_OF_ONE = new Repair(Repair.Kind.BATCH_OF_ONE, List.of());
  private static final Repair BODY = new Repair(Repair.Kind.BODY, List.of());
  private static final int ACCEPTED = 202;
  private static final List<Header> JSON = List.of(new Header("content-type", "application/json"));
  private static final HeaderChanges OURS = new HeaderChanges(JSON, List.of());
  private static final HeaderChanges NO_CHANGES = new HeaderChanges(List.of(), List.of());

  private final Situation situation;
  private final OpenCalls calls;
  private final Services services;
  private final Footing footing;
  private final AnswerHead head;
  private final Upload upload;
  private final List<Intent> intents;
  private final HeaderForms forms;
  private final Judge judge;

  AnswerLeg(Footing footing, AnswerHead head, Upload upload) {
    this.situation = footing.situation();
    this.calls = footing.calls();
    this.services = footing.services();
    this.footing = footing;
    this.head = head;
    this.upload = upload;
    this.intents = calls.intents();
    this.forms = HeaderForms.of(head.headers(), services.words());
    this.judge = Judge.of(services, situation);
  }

  /**
   * What was read.
   *
   * @param offered the session that the head gives, and who has it so far; null if it gives none
   * @param notes about the messages of the body, in their order
   * @param malformed what was expected where the body could not be read, with the limit if there is
   *     one
   */
  record Read(
      Heard heard,
      Sessions.@Nullable Known offered,
      List<Notes> notes,
      Parsed.@Nullable Malformed malformed) {
    Read {
      notes = List.copyOf(notes);
    }

    Read(Heard heard, List<Notes> notes, Parsed.@Nullable Malformed malformed) {
      this(heard, null, notes, malformed);
    }

    private Read with(Sessions.@Nullable Known session) {
      return new Read(heard, session, notes, malformed);
    }

    /** What was heard without reading messages. */
    Read(Heard heard) {
      this(heard, List.of(), null);
    }

    private Notes notes(int message) {
      return message < notes.size() ? notes.get(message) : Notes.NONE;
    }
  }

  /**
   * What was decided.
   *
   * @param offer the session that the head gives
   * @param sighted what lists in it showed
   */
  record Ruling(List<Answered> messages, SessionOffer offer, Sighted sighted)
      implements Leg.Decided<Answered> {
    Ruling {
      messages = List.copyOf(messages);
    }
  }

  // Parse.

  @Override
  public Read parse() {
    if (head.ownDetails() != null) {
      return new Read(new Own());
    }
    if (head.status() >= REDIRECTS && head.status() < ERRORS) {
      return new Read(new Unusable(Reason.REDIRECT));
    }
    if (head.status() < OK) {
      return new Read(new Unusable(Reason.INTERIM));
    }
    if (head.status() < REDIRECTS && intents.stream().allMatch(AnswerLeg::asksNothing)) {
      return new Read(new Ignored());
    }
    return switch (upload) {
      case Upload.None _ -> new Read(new Nothing());
      case Upload.Whole(ByteString bytes) when bytes.isEmpty() -> new Read(new Nothing());
      case Upload.Whole(ByteString bytes) -> read(bytes);
      case Upload.Cut(Upload.Why why, long _) ->
          new Read(new Unusable(why == Upload.Why.NO_ROOM ? Reason.NO_ROOM : Reason.TOO_LARGE));
    };
  }

  /** A notification, an answer of the client, the end of a session: no client reads the body. */
  private static boolean asksNothing(Intent intent) {
    return intent.id() == null && !Judge.GET.equals(intent.bodiless());
  }

  private Read read(ByteString bytes) {
    Read read = message(bytes);
    boolean text = head.status() >= ERRORS && MediaType.isPlain(head.headers());
    return read.heard() instanceof Unusable && text
        ? new Read(new Said(ErrorText.of(head.headers(), bytes)))
        : read;
  }

  private Read message(ByteString bytes) {
    if (!MediaType.isPlain(head.headers())) {
      return new Read(new Unusable(Reason.ENCODED));
    }
    if (MediaType.of(head.headers()) != MediaType.JSON) {
      return new Read(new Unusable(Reason.MEDIA_TYPE));
    }
    Mended mended = services.answers().read(bytes);
    List<Notes> notes = mended.notes();
    return switch (mended.parsed()) {
      case Parsed.Malformed none -> new Read(new Unusable(Reason.UNREADABLE), notes, none);
      case Parsed.Single(Envelope envelope) ->
          new Read(new Messages(List.of(envelope), false), notes, null);
      case Parsed.Batch(List<Envelope> envelopes) when situation.allowsBatches() ->
          new Read(new Messages(envelopes, true), notes, null);
      case Parsed.Batch(List<Envelope> envelopes) when envelopes.size() == 1 ->
          new Read(
              new Messages(envelopes, false), List.of(notes.getFirst().and(BATCH_OF_ONE)), null);
      case Parsed.Batch _ -> new Read(new Unusable(Reason.BATCH), notes, null);
    };
  }

  @Override
  public List<Counter> counts(Read read) {
    List<Counter> counts = new ArrayList<>();
    if (read.heard() instanceof Own) {
      counts.add(Counter.ENVOY_REPLIES);
    } else if (read.heard() instanceof Messages(List<Envelope> envelopes, boolean _)) {
      for (int i = 0; i < envelopes.size(); i++) {
        counts.addAll(counts(notes(read, i)));
      }
    }
    return counts;
  }

  /** What is counted of a message of a server. */
  static List<Counter> counts(Notes notes) {
    return notes.repairs().isEmpty()
        ? List.of(Counter.MESSAGES)
        : List.of(Counter.MESSAGES, Counter.MENDED);
  }

  @Override
  public Read recall(Read read) {
    calls.recallOwn();
    if (read.heard() instanceof Messages(List<Envelope> envelopes, boolean _)) {
      envelopes.forEach(envelope -> calls.recall(TaskAnswers.named(envelope)));
    }
    return read.with(SessionOffer.recall(situation, calls.intents(), services, head));
  }

  // Decide.

  @Override
  public Judge judge() {
    return judge;
  }

  @Override
  public Ruling decide(Read read, Changes changes) {
    SessionOffer offer = SessionOffer.of(situation, services, head, read.offered(), changes);
    var sightings = new ToolSightings(situation, services, changes);
    var verdicts = new AnswerJudge(footing, judge.with(changes), offer, sightings);
    Heard fit = fits(read.heard(), changes);
    List<Answered> answers =
        intents.stream().map(intent -> answered(intent, fit, read, verdicts, changes)).toList();
    return new Ruling(answers, offer, sightings.done());
  }

  private Answered answered(
      Intent intent, Heard fit, Read read, AnswerJudge verdicts, Changes changes) {
    return switch (fit) {
      case Own _ -> own(intent, changes);
      case Nothing _ -> nothing(intent, changes);
      case Ignored _ -> ignored(intent);
      case Messages messages -> message(intent, messages, read, verdicts, changes);
      case Said(String text) -> said(intent, text, changes);
      case Unusable(Reason reason) when leadsElsewhere(reason) ->
          elsewhere(intent, reason, changes);
      case Unusable(Reason reason) -> unusable(intent, reason, read, verdicts, changes);
    };
  }

  /**
   * One message that answers nothing of this exchange spoils all of the body. On an HTTP error an
   * error of any id answers: the server could not read ours, or does not give it back.
   */
  private Heard fits(Heard heard, Changes changes) {
    if (head.status() >= ERRORS
        && heard instanceof Messages(List<Envelope> only, boolean _)
        && only.size() == 1
        && only.getFirst() instanceof Envelope.Failure failure) {
      return new Messages(
          List.of(new Envelope.Failure(null, failure.error(), failure.tree())), false);
    }
    return heard instanceof Messages(List<Envelope> envelopes, boolean _)
            && !envelopes.stream().allMatch(envelope -> fits(envelope, changes))
        ? new Unusable(Reason.UNKNOWN_ID)
        : heard;
  }

  private boolean fits(Envelope envelope, Changes changes) {
    return switch (envelope) {
      case Envelope.Result result -> awaits(result.id(), changes);
      case Envelope.Failure failure ->
          failure.id() == null ? head.status() >= ERRORS : awaits(failure.id(), changes);
      case Envelope.Request _, Envelope.Notification _ -> false;
    };
  }

  private boolean awaits(RequestId id, Changes changes) {
    return intents.stream().anyMatch(intent -> intent.open(changes) && id.equals(intent.id()));
  }

  private Answered own(Intent intent, Changes changes) {
    String details = String.valueOf(head.ownDetails());
    Execution.Local local = Execution.ofEnvoy(details);
    Facts.Builder facts =
        Facts.builder()
            .put(Fact.REASON, Reason.ENVOY)
            .put(Fact.DETAIL, services.words().chosen(details));
    boolean replaced = intent.id() != null && head.status() >= ERRORS && hasBody();
    String what =
        "The MCP server '%s' %s (%s; HTTP %d from the gateway)."
            .formatted(
                situation.server(),
                local.executed() == Executed.NO ? "could not be reached" : "did not answer",
                local.word(),
                head.status());
    Ruled message =
        replaced ? failed(intent, 0, what, local.executed()) : Ruled.nothing(new Verdict.Passed());
    intent.take(changes);
    return answered(intent, message, Outcome.HTTP_ERROR, "none", facts, local.executed());
  }

  private boolean own() {
    return head.ownDetails() != null;
  }

  private boolean hasBody() {
    return !(upload instanceof Upload.None);
  }

  /** Words of ours about an answer that is none: what happened, and whether it was executed. */
  private Ruled failed(Intent intent, int said, String what, Executed executed) {
    Boolean ran =
        switch (executed) {
          case YES -> true;
          case NO -> false;
          case UNKNOWN -> null;
        };
    Refusal refusal =
        situation.refusals(intent.entry()).upstream(intent.id(), head.status(), said, what, ran);
    return Ruled.whole(new Verdict.Passed(), Objects.requireNonNull(refusal.message()));
  }

  private static Answered answered(
      Intent intent,
      Ruled message,
      Outcome outcome,
      String kind,
      Facts.Builder facts,
      Executed executed) {
    facts.put(Fact.EXECUTED, executed);
    return new Answered(intent, message, outcome, kind, facts.build(), null);
  }

  private Answered nothing(Intent intent, Changes changes) {
    boolean failed = head.status() >= ERRORS;
    boolean missing = intent.id() != null && !failed;
    Facts.Builder facts = Facts.builder().put(Fact.REASON, missing ? Reason.UNANSWERED : null);
    Outcome outcome = failed ? Outcome.HTTP_ERROR : missing ? Outcome.NOT_RELEASED : Outcome.OK;
    Executed executed = failed || missing ? Execution.ofStatus(head.status()) : Executed.YES;
    if (missing && comesLater()) {
      return answered(
          intent, Ruled.nothing(new Verdict.Passed()), outcome, "none", facts, executed);
    }
    Ruled message = missing ? unanswered(intent, executed) : Ruled.nothing(new Verdict.Passed());
    intent.take(changes);
    return answered(intent, message, outcome, "none", facts, executed);
  }

  /** Some servers accept a request, and answer it on the session's own stream. */
  private boolean comesLater() {
    return head.status() == ACCEPTED && situation.session() != null;
  }

  private Ruled unanswered(Intent intent, Executed executed) {
    String what =
        "The MCP server '%s' took the request (HTTP %d) and gave no answer to it."
            .formatted(situation.server(), head.status());
    RequestId id = intent.id();
    Refusal refusal =
        situation
            .refusals(intent.entry())
            .upstream(id, OK, head.status(), what, executed == Executed.NO ? false : null);
    return Ruled.whole(new Verdict.Passed(), Objects.requireNonNull(refusal.message()));
  }

  private Answered ignored(Intent intent) {
    Facts.Builder facts = Facts.builder();
    boolean said = hasBody() && !(upload instanceof Upload.Whole(ByteString b) && b.isEmpty());
    if (said) {
      facts.put(Fact.REPAIRED, situation.sheet().repaired(List.of(BODY)));
    }
    Ruled message = Ruled.nothing(new Verdict.Passed());
    return answered(intent, message, Outcome.OK, "none", facts, Executed.YES);
  }

  /** An HTTP error whose body is no message: its text goes on, masked and then cut. */
  private Answered said(Intent intent, @Nullable String text, Changes changes) {
    Executed executed = Execution.ofStatus(head.status());
    String masked = text == null ? null : judge.errorText(intent, text, bytes(), services);
    String what =
        "The MCP server '%s' answered with HTTP %d%s"
            .formatted(
                situation.server(),
                head.status(),
                masked == null ? "." : ": " + masked + (masked.endsWith(".") ? "" : "."));
    Facts.Builder facts = Facts.builder();
    intent.take(changes);
    Ruled message = failed(intent, head.status(), what, executed);
    return answered(intent, message, Outcome.HTTP_ERROR, "none", facts, executed);
  }

  /** A redirect is not followed and not for clients; the entry says where it leads. */
  private Answered elsewhere(Intent intent, Reason reason, Changes changes) {
    Executed executed = Execution.ofStatus(head.status());
    Facts.Builder facts = Facts.builder();
    if (reason == Reason.REDIRECT) {
      facts.put(Fact.DETAIL, services.words().chosen(target()));
    }
    String what =
        reason == Reason.REDIRECT
            ? "The MCP server '%s' redirects to another address (HTTP %d), which this gateway does not follow: its operator has to set the address right."
            : "The MCP server '%s' switches to another protocol (HTTP %d), which this gateway does not allow.";
    intent.take(changes);
    Ruled words =
        failed(intent, head.status(), what.formatted(situation.server(), head.status()), executed);
    Ruled message = new Ruled(new Verdict.Withheld(reason, null), words.sent(), words.kept());
    return answered(intent, message, Outcome.WITHHELD, "none", facts, executed);
  }

  /** Where a redirect leads: without query, fragment and user. */
  private String target() {
    List<String> locations = head.headers().values("location");
    String location = locations.isEmpty() ? "" : locations.getFirst();
    String path = location.split("[?#]", 2)[0].replaceFirst("^([^/]*//)[^/]*@", "$1");
    return location.isEmpty() ? "no location" : "redirect to " + path;
  }

  private Answered message(
      Intent intent, Messages messages, Read read, AnswerJudge verdicts, Changes changes) {
    for (int i = 0; i < messages.envelopes().size(); i++) {
      Envelope envelope = messages.envelopes().get(i);
      if (answers(envelope, intent)) {
        Operation operation = intent.operation();
        intent.take(changes);
        return operation == null
            ? unasked(intent, (Envelope.Failure) envelope)
            : executed(judged(intent, operation, envelope, notes(read, i), verdicts), envelope);
      }
    }
    return nothing(intent, changes);
  }

  private Notes notes(Read read, int message) {
    return read.notes(message).and(head.repairs());
  }

  /** The answer is mended: it goes on with the id of its request. */
  private Answered judged(
      Intent intent, Operation operation, Envelope envelope, Notes notes, AnswerJudge verdicts) {
    RequestId id = intent.id();
    if (id == null
        || !(envelope instanceof Envelope.Failure(RequestId came, Json.Obj error, Json.Obj tree))
        || id.equals(came)) {
      return verdicts.judge(intent, operation, envelope, notes, bytes());
    }
    Envelope mended = new Envelope.Failure(id, error, tree.with("id", id.toJson()));
    Answered answered = verdicts.judge(intent, operation, mended, notes, bytes());
    boolean same = id.toJson().equals(tree.get("id"));
    return same ? answered : answered.with(Fact.DETAIL, "the id of the request was put in");
  }

  private Answered executed(Answered answered, Envelope envelope) {
    Executed executed = Execution.ofMessage(envelope, head.status());
    return answered.with(Fact.EXECUTED, executed);
  }

  /** Whether the message is for the intent; an error without id is for all of its exchange. */
  private static boolean answers(Envelope envelope, Intent intent) {
    return switch (envelope) {
      case Envelope.Result result -> result.id().equals(intent.id());
      case Envelope.Failure failure -> failure.id() == null || failure.id().equals(intent.id());
      case Envelope.Request _, Envelope.Notification _ -> false;
    };
  }

  /** An error without id that answers a GET, a DELETE or a client's answer. */
  private Answered unasked(Intent intent, Envelope.Failure failure) {
    Decision decision = judge.unasked(intent.bodiless(), failure, bytes());
    if (decision.allows()) {
      Ruled message = Ruled.whole(new Verdict.Allowed(decision), failure.tree());
      return new Answered(intent, message, Outcome.HTTP_ERROR, "error", Facts.NONE, null);
    }
    var verdict = new Verdict.Withheld(Reason.POLICY, decision);
    Ruled message = new Ruled(verdict, replaced(Reason.POLICY).message(), failure.tree());
    return new Answered(intent, message, Outcome.WITHHELD, "error", Facts.NONE, null);
  }

  private long bytes() {
    return upload instanceof Upload.Whole(ByteString bytes) ? bytes.size() : 0;
  }

  private Answered unusable(
      Intent intent, Reason reason, Read read, AnswerJudge verdicts, Changes changes) {
    Operation operation = intent.operation();
    intent.take(changes);
    Executed executed = executed(reason);
    if (operation != null && operation.id() != null) {
      Answered answered =
          executed == Executed.YES
              ? verdicts.withheld(intent, operation, null, "none", reason, null)
              : verdicts.unread(
                  intent, operation, reason, why(reason, read), head.status() >= ERRORS);
      return answered.with(Fact.EXECUTED, executed);
    }
    Refusal refusal = replaced(reason);
    Ruled message = new Ruled(new Verdict.Withheld(reason, null), refusal.message(), null);
    return new Answered(intent, message, Outcome.WITHHELD, "none", Facts.NONE, null);
  }

  private static String why(Reason reason, Read read) {
    Parsed.Malformed malformed = read.malformed();
    return malformed == null
        ? reason.text()
        : "%s; at %s, expected: %s"
            .formatted(reason.text(), malformed.where(), malformed.expected());
  }

  /**
   * A JSON answer that is too large to read is one all the same; what cannot be read may be none.
   */
  private Executed executed(Reason reason) {
    boolean cut = reason == Reason.TOO_LARGE || reason == Reason.NO_ROOM;
    boolean json = MediaType.of(head.headers()) == MediaType.JSON;
    return cut && json && head.status() < ERRORS ? Executed.YES : Execution.ofStatus(head.status());
  }

  private Refusal replaced(Reason reason) {
    return situation
        .refusals(intents.isEmpty() ? null : intents.getFirst().entry())
        .fault(new Fault(Fault.Kind.NOT_A_MESSAGE, "answer", "JSON; " + reason.text()), null);
  }

  // Append.

  @Override
  public List<Entry> entries(
      Read read, Ruling decided, List<Settled<Answered>> messages, Changes changes) {
    List<Entry> entries = new ArrayList<>(messages.size());
    for (Settled<Answered> message : messages) {
      Answered answered = message.message();
      if (answered.began() != null) {
        situation.entered(answered.began().session());
      }
      Facts.Builder facts = facts(answered);
      ByteString sent = situation.outgoing(message.masked().forwarded());
      if (sent != null) {
        facts.put(Fact.SENT_DIGEST, services.words().body(sent));
      }
      FactSheet.masked(facts, message.masked(), own() ? List.of() : forms.masked());
      facts.put(Fact.SEEN_AT, situation.seenAt());
      entries.add(services.entries().of(EntryKind.CALL_OUTCOME, facts, message.masked()));
    }
    List<Entry> outcomes = List.copyOf(entries);
    outcomes.forEach(outcome -> entries.addAll(calls.approvalOf(outcome, changes)));
    entries.addAll(decided.sighted().entries(situation, services));
    return entries;
  }

  private Facts.Builder facts(Answered answered) {
    Facts.Builder facts = situation.sheet().about(answered.intent());
    facts
        .put(Fact.DIRECTION, "server-to-client")
        .put(Fact.HTTP_STATUS, head.status())
        .put(Fact.MESSAGE, answered.kind())
        .put(Fact.OUTCOME, answered.outcome())
        .put(Fact.ELAPSED_MS, situation.elapsedMillis());
    situation.sheet().verdict(facts, answered.ruled().verdict());
    received(facts);
    return facts.putAll(answered.facts());
  }

  private void received(Facts.Builder facts) {
    List<String> types = head.headers().values("content-type");
    if (!types.isEmpty()) {
      facts.put(Fact.MEDIA_TYPE, services.words().chosen(String.join(", ", types)));
    }
    switch (upload) {
      case Upload.None _ -> {
        // No body, no facts of it.
      }
      case Upload.Whole(ByteString bytes) ->
          facts.put(Fact.BYTES, bytes.size()).put(Fact.BODY_DIGEST, services.words().body(bytes));
      case Upload.Cut(Upload.Why _, long seen) -> facts.put(Fact.BYTES, seen);
    }
  }

  // Reply.

  @Override
  public Reply reply(
      Read read, Ruling decided, List<Settled<Answered>> messages, Recorded recorded) {
    SessionOffer offer = decided.offer();
    Heard heard = read.heard();
    Verdict first = messages.getFirst().message().ruled().verdict();
    var marks = Marks.Durable.of(recorded, first.disposition(), first.rules());
    offer.begun(situation, services);
    decided.sighted().recorded(situation.server(), services);
    close(messages);
    calls.ended();
    if (heard instanceof Own) {
      ByteString words = Bodies.join(messages, messages.size() > 1, situation::outgoing);
      return words.isEmpty()
          ? new Reply.Whole(NO_CHANGES, ownBytes(), marks)
          : new Reply.Whole(OURS, words, marks);
    }
    if (heard instanceof Unusable(Reason reason) && mustBeOurs(reason)) {
      return instead(messages, reason, marks);
    }
    if (heard instanceof Ignored) {
      return accepted(offer, marks);
    }
    ByteString body = Bodies.join(messages, batch(heard), situation::outgoing);
    if (heard instanceof Nothing && !body.isEmpty()) {
      return new Reply.Ours(OK, JSON, body, "tabellion_unanswered", marks);
    }
    if (upload instanceof Upload.None) {
      return new Reply.HeadOnly(HeaderRules.bodiless(head, offer.passes(), forms), marks);
    }
    HeaderChanges changes =
        body.isEmpty()
            ? HeaderRules.bodiless(head, offer.passes(), forms)
            : HeaderRules.json(head, offer.passes(), forms);
    return new Reply.Whole(changes, body, marks);
  }

  /** Nothing but that it was taken: of a message with 202, as clients expect. */
  private Reply accepted(SessionOffer offer, Marks.Durable marks) {
    boolean message = situation.head().method().equals("POST");
    int status = message ? ACCEPTED : head.status();
    if (upload instanceof Upload.Cut) {
      Refusal taken = Refusals.accepted();
      return new Reply.Ours(status, taken.headers(), ByteString.EMPTY, "tabellion_accepted", marks);
    }
    HeaderChanges changes = HeaderRules.bodiless(head, offer.passes(), forms);
    if (status != head.status()) {
      List<Header> set = new ArrayList<>(changes.set());
      set.add(new Header(":status", Integer.toString(status)));
      changes = new HeaderChanges(set, changes.remove());
    }
    return upload instanceof Upload.None
        ? new Reply.HeadOnly(changes, marks)
        : new Reply.Whole(changes, ByteString.EMPTY, marks);
  }

  private ByteString ownBytes() {
    return upload instanceof Upload.Whole(ByteString bytes) ? bytes : ByteString.EMPTY;
  }

  private static boolean batch(Heard heard) {
    return heard instanceof Messages(List<Envelope> _, boolean batch) && batch;
  }

  /** A body that was cut cannot be waited for. */
  private boolean mustBeOurs(Reason reason) {
    return leadsElsewhere(reason) || upload instanceof Upload.Cut;
  }

  /** Neither a redirect nor a switch of protocols (101) is for clients. */
  private static boolean leadsElsewhere(Reason reason) {
    return reason == Reason.REDIRECT || reason == Reason.INTERIM;
  }

  private Reply instead(List<Settled<Answered>> messages, Reason reason, Marks marks) {
    int status = leadsElsewhere(reason) ? BAD_GATEWAY : head.status();
    ByteString body = Bodies.join(messages, messages.size() > 1, situation::outgoing);
    return new Reply.Ours(status, replaced(reason).headers(), body, "tabellion_withheld", marks);
  }

  /** What follows from the answers once they are durable. */
  private void close(List<Settled<Answered>> messages) {
    for (Settled<Answered> message : messages) {
      Answered answered = message.message();
      answered.intent().ended(answered.outcome());
      if (answered.began() != null) {
        answered.began().session().agreed(answered.began().agreed());
      }
      count(answered.ruled().verdict());
      released(answered.intent(), situation.outgoing(message.masked().forwarded()));
    }
    Session session = situation.session();
    if (session != null
        && situation.head().method().equals("DELETE")
        && head.status() < REDIRECTS) {
      session.end();
    }
  }

  private void released(Intent intent, @Nullable ByteString sent) {
    Session session = situation.session();
    RequestId id = intent.id();
    if (session != null && id != null && !intent.open()) {
      session.released(id, intent, sent == null ? "" : services.words().body(sent));
    }
  }

  private void count(Verdict verdict) {
    services
        .metrics()
        .increment(verdict instanceof Verdict.Withheld ? Counter.WITHHELD : Counter.RELEASED);
  }

  @Override
  public Object caller() {
    return situation.party();
  }

  @Override
  public long size() {
    return upload.size();
  }

  @Override
  public Reply unrecorded(Read read, AuditUnavailableException why) {
    return calls.notRecorded(head.status());
  }
}
