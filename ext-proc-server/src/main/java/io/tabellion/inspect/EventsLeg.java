package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.inspect.Belonging.Ruled;
import io.tabellion.inspect.EventsLeg.Frame;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Mended;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.Repair;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mask.Masking;
import io.tabellion.mask.Tails;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Meaning;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.mcp.Sender;
import io.tabellion.metrics.Counter;
import io.tabellion.policy.Decision;
import io.tabellion.sse.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The next events of a stream, judged one by one and entered in one group: each goes on when its
 * entry is durable, and the end of the stream waits for the outcome (P2).
 */
final class EventsLeg implements Leg<List<Frame>> {
  /** What an event costs beside its text, in bytes that are looked at. */
  private static final int EVENT = 4 << 10;

  /** Ids that go on: what any client can give back in a header. */
  private static final Pattern ID = Pattern.compile("[ -~]{0,256}");

  /** How a message begins, behind a byte order mark too. */
  private static final Pattern MESSAGE = Pattern.compile("(?:\u00ef\u00bb\u00bf)?[ \t\n]*+[\\[{]");

  private static final Repair BATCH_OF_ONE = new Repair(Repair.Kind.BATCH_OF_ONE, List.of());

  private final Exchange exchange;
  private final Inspector inspector;
  private final List<ByteString> frames;
  private final boolean end;
  private final boolean tooLarge;
  private final Judge judge;
  private final AnswerJudge answers;

  /** What was mended in the message that is judged now. */
  private Notes about = Notes.NONE;

  /** What was decided, in the order of the events and of the messages in them. */
  private final List<Part> parts = new ArrayList<>();

  EventsLeg(
      Exchange exchange,
      Inspector inspector,
      List<ByteString> frames,
      boolean end,
      boolean tooLarge) {
    this.exchange = exchange;
    this.inspector = inspector;
    this.frames = frames;
    this.end = end;
    this.tooLarge = tooLarge;
    this.judge = exchange.judge();
    this.answers = new AnswerJudge(exchange, judge, exchange.offer());
  }

  /**
   * One event.
   *
   * @param number in the stream, from 1; 0 for what only keeps the connection alive
   * @param size as it came
   * @param parsed its message, null if it has none
   * @param notes about its messages, in their order
   * @param secretId its id as it came, where that does not go on; else null
   */
  record Frame(
      SseEvent event,
      int number,
      int size,
      @Nullable Parsed parsed,
      List<Notes> notes,
      @Nullable String secretId) {
    Frame {
      notes = List.copyOf(notes);
    }

    /** An event of ours in place of some that came. */
    static Frame own(int number) {
      return new Frame(SseEvent.of(ByteString.EMPTY), number, 0, null, List.of(), null);
    }

    /** The id as it came. */
    @Nullable String id() {
      return secretId == null ? event.id() : secretId;
    }

    /** Numbers are unique within a stream; what has none has no part. */
    boolean sameAs(Frame other) {
      return number == other.number;
    }
  }

  /**
   * One message of an event, or an event without any.
   *
   * @param intent whose stream it is, or that it answers
   * @param id of the request that was answered here, null if none was
   * @param outcome of that request
   */
  private record Part(
      Frame frame,
      Judged judged,
      Intent intent,
      @Nullable RequestId id,
      @Nullable String outcome,
      Facts facts) {}

  // Parse.

  @Override
  public List<Frame> parse() {
    return frames.stream().map(this::frame).toList();
  }

  private Frame frame(ByteString bytes) {
    SseEvent came = SseEvent.parse(bytes);
    // A name without data means nothing (WHATWG HTML §9.2.6), and nothing of it is entered.
    SseEvent named = came.hasMessage() ? came : came.withoutName();
    String id = secret(came.id());
    SseEvent event = id == null ? named : named.withoutId();
    ByteString data = event.data();
    int number = named.isIdle() ? 0 : exchange.nextEvent();
    if (data == null || data.isEmpty()) {
      return new Frame(event, number, bytes.size(), null, List.of(), id);
    }
    Mended mended = inspector.answers().read(data);
    return new Frame(event, number, bytes.size(), mended.parsed(), mended.notes(), id);
  }

  /**
   * An id that does not go on, null if it does: a client without it resumes behind the id before,
   * and gets more than it missed.
   */
  private @Nullable String secret(@Nullable String id) {
    boolean plain = id == null || (ID.matcher(id).matches() && inspector.words().isPlain(id));
    return plain ? null : id;
  }

  // Decide.

  @Override
  public Judge judge() {
    return judge;
  }

  @Override
  public List<Judged> decide(List<Frame> read) {
    read.forEach(this::decide);
    if (tooLarge) {
      exchange.intents().stream().filter(Intent::open).forEach(this::tooLarge);
    }
    Exchange.Lost lost = exchange.lost();
    if (end && lost != null) {
      exchange.intents().stream().filter(Intent::open).forEach(intent -> inVain(intent, lost));
    }
    return parts.stream().map(Part::judged).toList();
  }

  private void decide(Frame frame) {
    about = Notes.NONE;
    if (!frame.event().isNamedMessage()) {
      foreign(frame);
      return;
    }
    switch (frame.parsed()) {
      case null -> {
        if (frame.number() > 0) {
          add(frame, Judged.nothing(new Verdict.Passed()), Facts.NONE);
        }
      }
      case Parsed.Single(Envelope envelope) -> message(frame, envelope, frame.notes().getFirst());
      case Parsed.Batch(List<Envelope> envelopes) -> batch(frame, envelopes);
      case Parsed.Malformed _ -> unreadable(frame, Reason.UNREADABLE);
    }
  }

  private void batch(Frame frame, List<Envelope> envelopes) {
    if (exchange.allowsBatches()) {
      for (int i = 0; i < envelopes.size(); i++) {
        message(frame, envelopes.get(i), frame.notes().get(i));
      }
    } else if (envelopes.size() == 1) {
      message(frame, envelopes.getFirst(), frame.notes().getFirst().and(BATCH_OF_ONE));
    } else {
      unreadable(frame, Reason.BATCH);
    }
  }

  /** An event of another name: no client would take it, so it answers nothing and goes nowhere. */
  private void foreign(Frame frame) {
    if (frame.parsed() instanceof Parsed.Single(Envelope envelope)) {
      drop(frame, envelope, Reason.EVENT_NAME, null, Facts.builder());
    } else {
      Facts facts = digest(Facts.builder(), frame).build();
      add(frame, Judged.nothing(new Verdict.Dropped(Reason.EVENT_NAME, null)), facts);
    }
  }

  private void message(Frame frame, Envelope envelope, Notes notes) {
    inspector.metrics().increment(Counter.MESSAGES);
    inspector.mended(notes.repairs());
    about = notes;
    switch (envelope) {
      case Envelope.Result result -> answer(frame, result, result.id());
      case Envelope.Failure failure -> answer(frame, failure, failure.id());
      case Envelope.Request _, Envelope.Notification _ when !notes.flaws().isEmpty() ->
          unreadable(frame, Reason.UNREADABLE);
      case Envelope.Request request ->
          serverRequest(frame, request, Meaning.of(request, Sender.SERVER));
      case Envelope.Notification notification ->
          notification(frame, notification, Meaning.of(notification, Sender.SERVER));
    }
  }

  private void answer(Frame frame, Envelope envelope, @Nullable RequestId id) {
    Intent intent = id == null ? null : find(id, envelope, frame.size());
    Operation operation = intent == null ? null : intent.operation();
    if (id == null || intent == null || operation == null) {
      late(frame, envelope, id);
      return;
    }
    Answered answered = answers.judge(intent, operation, envelope, about, frame.size());
    if (answered.began() != null) {
      exchange.entered(answered.began());
    }
    parts.add(
        new Part(
            frame,
            answered.message(),
            intent,
            id,
            answered.outcome(),
            kind(answered.facts().toBuilder(), envelope)));
  }

  /**
   * The open request that the message answers, taken: one of this exchange, else one of the
   * session. What a resumed stream repeats of an earlier request does not answer a later one of the
   * same id.
   */
  private @Nullable Intent find(RequestId id, Envelope envelope, long bytes) {
    Intent own = exchange.take(id);
    Session session = exchange.session();
    if (own != null || session == null || repeated(id, envelope, bytes) != null) {
      return own;
    }
    Intent waiting = session.waiting(id);
    return waiting != null && waiting.take() ? waiting : null;
  }

  /** The answer as it was judged before, if this is the same one on a resumed stream. */
  private @Nullable Answered repeated(RequestId id, Envelope envelope, long bytes) {
    Session session = exchange.session();
    if (session == null || !exchange.resumes()) {
      return null;
    }
    Session.Released before = session.released(id);
    Operation operation = before == null ? null : before.intent().operation();
    if (before == null || operation == null) {
      return null;
    }
    Answered again = answers.judge(before.intent(), operation, envelope, about, bytes);
    ByteString sent =
        inspector.line().mask(again.message(), judge, session.deliveries().again()).forwarded();
    boolean same = sent != null && inspector.words().body(sent).equals(before.sent());
    return same ? again : null;
  }

  /** An answer that no open request waits for: the same as before on a resumed stream, or none. */
  private void late(Frame frame, Envelope envelope, @Nullable RequestId id) {
    Answered again = id == null ? null : repeated(id, envelope, frame.size());
    Facts.Builder facts = Facts.builder();
    if (id != null) {
      facts.put(Fact.RPC_ID, exchange.sheet().id(id));
    }
    Session session = exchange.session();
    boolean reused = session != null && id != null && session.waiting(id) != null;
    if (again == null || reused) {
      Reason reason = again == null ? Reason.UNKNOWN_ID : Reason.REDELIVERED;
      drop(frame, envelope, reason, null, facts);
      return;
    }
    facts.put(Fact.REASON, Reason.REDELIVERED.word());
    parts.add(new Part(frame, again.message(), again.intent(), null, null, kind(facts, envelope)));
  }

  private void serverRequest(Frame frame, Envelope.Request request, Meaning meaning) {
    Session session = exchange.session();
    switch (meaning) {
      case Fault _ -> drop(frame, request, Reason.SHAPE, null, Facts.builder());
      case Operation operation -> {
        Ruled ruled = ruled(frame, operation, request);
        Decision decision = ruled.decision();
        Facts.Builder facts = asked(operation, ruled);
        if (ruled.sent() == null) {
          drop(frame, request, Reason.POLICY, decision, facts);
        } else if (session == null || exchange.era() == Era.STATELESS) {
          drop(frame, request, Reason.NOT_ASKED, decision, facts);
        } else {
          session.asks(request.id(), request.method());
          pass(frame, request, ruled, facts);
        }
      }
    }
  }

  private void notification(Frame frame, Envelope.Notification notification, Meaning meaning) {
    switch (meaning) {
      case Fault _ -> drop(frame, notification, Reason.SHAPE, null, Facts.builder());
      case Operation operation -> {
        Ruled ruled = ruled(frame, operation, notification);
        Facts.Builder facts = asked(operation, ruled);
        if (ruled.sent() == null) {
          drop(frame, notification, Reason.POLICY, ruled.decision(), facts);
        } else {
          pass(frame, notification, ruled, facts);
        }
      }
    }
  }

  /** By the rules for what the server says or asks, and by those for the calls it belongs to. */
  private Ruled ruled(Frame frame, Operation operation, Envelope message) {
    Carried carried = Carried.of(judge, operation, message.tree());
    Decision own = judge.server(operation, frame.size());
    return exchange
        .belonging(operation)
        .judge(judge, own.masking(own.masking().and(carried.masking())), carried, frame.size());
  }

  private Facts.Builder asked(Operation operation, Ruled ruled) {
    Masking masking = judge.masking(ruled.decision());
    Facts.Builder facts = exchange.sheet().operation(Facts.builder(), operation, masking);
    return ruled.hidden().isEmpty()
        ? facts
        : facts.put(Fact.HIDDEN, exchange.sheet().chosen(ruled.hidden()));
  }

  /**
   * An event that cannot be read goes nowhere, and what it says is not known: the answer may come
   * behind it. Who waits in vain is told at the end of the stream.
   */
  private void unreadable(Frame frame, Reason reason) {
    Facts.Builder facts = digest(Facts.builder(), frame);
    String why = reason.text();
    if (frame.parsed() instanceof Parsed.Malformed(int _, String where, String expected)) {
      facts.put(Fact.DETAIL, "at %s (expected: %s)".formatted(where, expected));
      why += "; at %s, expected: %s".formatted(where, expected);
    }
    if (mayAnswer(frame)) {
      exchange.lost(reason, why);
    }
    add(frame, Judged.nothing(new Verdict.Dropped(reason, null)), facts.build());
  }

  /** Whether the data begins as messages do: words that keep a connection alive do not. */
  private static boolean mayAnswer(Frame frame) {
    ByteString data = frame.event().data();
    String text = data == null ? "" : data.toString(StandardCharsets.ISO_8859_1);
    return text.indexOf('"') > 0 && MESSAGE.matcher(text).lookingAt();
  }

  /** The stream ends, and the answer may have been in what could not be read. */
  private void inVain(Intent intent, Exchange.Lost lost) {
    Operation operation = intent.operation();
    if (operation == null || !intent.take()) {
      return;
    }
    intent.inVain();
    Answered answered = answers.unread(intent, operation, lost.reason(), lost.why(), false);
    Frame frame = Frame.own(exchange.nextEvent());
    parts.add(
        new Part(frame, answered.message(), intent, intent.id(), answered.outcome(), Facts.NONE));
  }

  private void tooLarge(Intent intent) {
    Operation operation = intent.operation();
    if (operation == null || !intent.take()) {
      return;
    }
    Refusal refusal =
        exchange.refusals(intent.entry()).answerTooLarge(operation, inspector.room().event());
    var verdict = new Verdict.Withheld(Reason.TOO_LARGE, null);
    Frame frame = Frame.own(exchange.nextEvent());
    parts.add(
        new Part(
            frame,
            new Judged(verdict, refusal.message(), null),
            intent,
            intent.id(),
            "withheld",
            Facts.NONE));
  }

  private void pass(Frame frame, Envelope envelope, Ruled ruled, Facts.Builder facts) {
    var verdict = new Verdict.Allowed(ruled.decision());
    add(frame, new Judged(verdict, ruled.sent(), envelope.tree()), kind(facts, envelope));
  }

  private void drop(
      Frame frame,
      Envelope envelope,
      Reason reason,
      @Nullable Decision decision,
      Facts.Builder facts) {
    Judged judged = Judged.whole(new Verdict.Dropped(reason, decision), envelope.tree());
    add(frame, judged, kind(facts, envelope));
  }

  private void add(Frame frame, Judged judged, Facts facts) {
    parts.add(new Part(frame, judged, exchange.intents().getFirst(), null, null, facts));
  }

  private Facts kind(Facts.Builder facts, Envelope envelope) {
    facts.put(Fact.REPAIRED, exchange.sheet().repaired(about.repairs()));
    return facts.put(Fact.MESSAGE, RequestLeg.kind(envelope)).build();
  }

  private Facts.Builder digest(Facts.Builder facts, Frame frame) {
    ByteString data = frame.event().data();
    return data == null ? facts : facts.put(Fact.BODY_DIGEST, inspector.words().body(data));
  }

  // Mask.

  @Override
  public Tails tails() {
    return exchange.tails();
  }

  // Append.

  @Override
  public List<Entry> entries(List<Frame> read, List<Settled> settled) {
    List<Entry> entries = new ArrayList<>(parts.size() + 1);
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      ByteString sent = settled.get(i).masked().forwarded();
      Facts.Builder facts = facts(part, sent);
      List<String> ids =
          part.frame().secretId() == null ? List.of() : List.of("FORM sent 1 /event/id");
      FactSheet.masked(facts, settled.get(i).masked(), ids);
      entries.add(exchange.entry(EntryKind.STREAM_EVENT, facts, settled.get(i).masked()));
      if (part.outcome() != null) {
        part.intent().ended(part.outcome());
      }
    }
    entries.addAll(answers.sighted());
    if (end) {
      String detail = exchange.eventCount() + " events" + (tooLarge ? ", the next too large" : "");
      exchange.intents().forEach(intent -> entries.add(exchange.outcome(intent, detail)));
    }
    return entries;
  }

  private Facts.Builder facts(Part part, @Nullable ByteString sent) {
    Facts.Builder facts =
        part.id() == null && part.facts().text(Fact.REASON) == null
            ? exchange.sheet().stream(part.intent())
            : exchange.sheet().about(part.intent());
    facts
        .put(Fact.DIRECTION, "server-to-client")
        .put(Fact.EVENT, part.frame().number())
        .put(Fact.EVENT_ID, inspector.words().chosen(part.frame().id()))
        .put(Fact.BYTES, part.frame().size())
        .put(Fact.OUTCOME, part.outcome())
        .put(Fact.ELAPSED_MS, exchange.elapsedMillis());
    exchange.sheet().verdict(facts, part.judged().verdict());
    if (sent != null) {
      facts.put(Fact.SENT_DIGEST, inspector.words().body(sent));
    }
    return facts.putAll(part.facts());
  }

  // Reply.

  @Override
  public Reply reply(List<Frame> read, List<Settled> settled, Recorded recorded) {
    ByteString bytes = ByteString.EMPTY;
    int next = 0;
    for (Frame frame : read) {
      int from = next;
      while (next < parts.size() && parts.get(next).frame().sameAs(frame)) {
        next++;
      }
      bytes = bytes.concat(written(frame, settled.subList(from, next)));
    }
    for (; next < parts.size(); next++) {
      bytes = bytes.concat(written(parts.get(next).frame(), settled.subList(next, next + 1)));
    }
    close(settled);
    if (end) {
      exchange.ended();
    }
    return new Reply.Events(bytes, end, recorded);
  }

  /** The event as it goes on; a bare comment if nothing of it does. */
  private ByteString written(Frame frame, List<Settled> settled) {
    if (frame.parsed() == null && settled.stream().allMatch(EventsLeg::isEmpty)) {
      return frame.event().write();
    }
    ByteString data =
        Bodies.join(settled, frame.parsed() instanceof Parsed.Batch && exchange.allowsBatches());
    return data.isEmpty() ? SseEvent.IDLE.write() : frame.event().withData(data).write();
  }

  private static boolean isEmpty(Settled settled) {
    return settled.masked().forwarded() == null;
  }

  private void close(List<Settled> settled) {
    Session session = exchange.session();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      count(part.judged().verdict());
      ByteString sent = settled.get(i).masked().forwarded();
      if (session != null && part.id() != null && sent != null) {
        session.released(part.id(), part.intent(), inspector.words().body(sent));
      }
      String event = part.frame().event().id();
      if (event != null) {
        exchange.tails().passed(inspector.words().event(event));
      }
    }
  }

  private void count(Verdict verdict) {
    inspector
        .metrics()
        .increment(
            switch (verdict) {
              case Verdict.Allowed _, Verdict.Passed _ -> Counter.RELEASED;
              case Verdict.Withheld _ -> Counter.WITHHELD;
              case Verdict.Dropped _,
                  Verdict.Denied _,
                  Verdict.Unapproved _,
                  Verdict.Quarantined _,
                  Verdict.Refused _ ->
                  Counter.DROPPED;
            });
  }

  /** Nothing more can be recorded, so nothing more goes on: who waits is told, and it ends. */
  @Override
  public Object caller() {
    return exchange.party();
  }

  @Override
  public long size() {
    return frames.stream().mapToLong(ByteString::size).sum() + (long) EVENT * frames.size();
  }

  @Override
  public Reply unrecorded(List<Frame> read, AuditUnavailableException why) {
    ByteString bytes = ByteString.EMPTY;
    for (Intent intent : exchange.intents()) {
      Operation operation = intent.operation();
      boolean waits = intent.take() || parts.stream().anyMatch(part -> answers(part, intent));
      if (operation != null && operation.id() != null && waits) {
        Refusal refusal = exchange.refusals(intent.entry()).answerNotRecorded(operation);
        bytes = bytes.concat(SseEvent.of(refusal.body()).write());
        inspector.metrics().increment(Counter.WITHHELD);
      }
    }
    exchange.ended();
    return new Reply.LastEvents(bytes);
  }

  private static boolean answers(Part part, Intent intent) {
    return part.id() != null && part.intent().entry().equals(intent.entry());
  }
}
