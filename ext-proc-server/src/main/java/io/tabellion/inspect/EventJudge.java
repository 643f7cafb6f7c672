package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.Reason;
import io.tabellion.inspect.Belonging.Trimmed;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Meaning;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.mcp.Sender;
import io.tabellion.policy.Decision;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import io.tabellion.stop.Stop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges the next events of a stream, one by one. Made for one walk; confined to it. */
final class EventJudge {
  /** How a message begins, behind a byte order mark too. */
  private static final Pattern MESSAGE = Pattern.compile("(?:\u00ef\u00bb\u00bf)?[ \t\n]*+[\\[{]");

  private final Situation situation;
  private final OpenCalls calls;
  private final StreamSoFar stream;
  private final Services services;
  private final Judge judge;
  private final AnswerJudge answers;

  /** What was mended in the message that is judged now. */
  private Notes about = Notes.NONE;

  /** Events of ours behind those that came. */
  private int own;

  /** What was decided, in the order of the events and of the messages in them. */
  private final List<JudgedEvent> parts = new ArrayList<>();

  EventJudge(Footing footing, Judge judge, AnswerJudge answers) {
    this.situation = footing.situation();
    this.calls = footing.calls();
    this.stream = footing.stream();
    this.services = footing.services();
    this.judge = judge;
    this.answers = answers;
  }

  /**
   * Returns what becomes of each message of the events, and of what has none.
   *
   * @param end how the stream ended behind them; null if it did not
   */
  List<JudgedEvent> judge(List<EventFrame> read, @Nullable StreamEnd end) {
    read.forEach(this::decide);
    if (end == StreamEnd.TOO_LARGE) {
      calls.intents().stream()
          .filter(intent -> intent.open(judge.changes()))
          .forEach(this::tooLarge);
    }
    Stop stop = end == StreamEnd.STOPPED ? calls.halted() : null;
    if (stop != null) {
      calls.intents().stream()
          .filter(intent -> intent.open(judge.changes()))
          .forEach(intent -> stopped(intent, stop));
    }
    StreamSoFar.Lost lost = stream.lost();
    if (end != null && lost != null) {
      calls.intents().stream()
          .filter(intent -> intent.open(judge.changes()))
          .forEach(intent -> inVain(intent, lost));
    }
    return List.copyOf(parts);
  }

  /** The tasks that a message of a server names. */
  static Collection<String> tasks(Envelope envelope) {
    return switch (envelope) {
      case Envelope.Request request -> tasks(Meaning.of(request, Sender.SERVER));
      case Envelope.Notification said -> tasks(Meaning.of(said, Sender.SERVER));
      case Envelope.Result _, Envelope.Failure _ -> TaskAnswers.named(envelope);
    };
  }

  private static Collection<String> tasks(Meaning meaning) {
    return meaning instanceof Operation operation ? operation.tasks() : List.of();
  }

  private void decide(EventFrame frame) {
    about = Notes.NONE;
    if (!frame.event().isNamedMessage()) {
      foreign(frame);
      return;
    }
    switch (frame.parsed()) {
      case null -> {
        if (frame.number() > 0) {
          add(frame, Ruled.nothing(new Verdict.Passed()), Facts.NONE);
        }
      }
      case Parsed.Single(Envelope envelope) -> message(frame, envelope, frame.notes().getFirst());
      case Parsed.Batch(List<Envelope> envelopes) -> batch(frame, envelopes);
      case Parsed.Malformed _ -> unreadable(frame, Reason.UNREADABLE);
    }
  }

  private void batch(EventFrame frame, List<Envelope> envelopes) {
    if (situation.allowsBatches()) {
      for (int i = 0; i < envelopes.size(); i++) {
        message(frame, envelopes.get(i), frame.notes().get(i));
      }
    } else {
      unreadable(frame, Reason.BATCH);
    }
  }

  /** An event of another name: no client would take it, so it answers nothing and goes nowhere. */
  private void foreign(EventFrame frame) {
    if (frame.parsed() instanceof Parsed.Single(Envelope envelope)) {
      drop(frame, envelope, Reason.EVENT_NAME, null, Facts.builder());
    } else {
      Facts facts = digest(Facts.builder(), frame).build();
      add(frame, Ruled.nothing(new Verdict.Dropped(Reason.EVENT_NAME, null)), facts);
    }
  }

  private void message(EventFrame frame, Envelope envelope, Notes notes) {
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

  private void answer(EventFrame frame, Envelope envelope, @Nullable RequestId id) {
    Intent intent = id == null ? null : find(id, envelope, frame.size());
    Operation operation = intent == null ? null : intent.operation();
    if (id == null || intent == null || operation == null) {
      late(frame, envelope, id);
      return;
    }
    Answered answered = answers.judge(intent, operation, envelope, about, frame.size());
    if (answered.began() != null) {
      situation.entered(answered.began().session());
    }
    parts.add(
        new JudgedEvent(
            frame,
            answered.ruled(),
            intent,
            id,
            answered.outcome(),
            kind(answered.facts().toBuilder(), envelope),
            answered.began()));
  }

  /**
   * The open request that the message answers, taken: one of this exchange, else one of the
   * session. What a resumed stream repeats of an earlier request does not answer a later one of the
   * same id.
   */
  private @Nullable Intent find(RequestId id, Envelope envelope, long bytes) {
    Intent own = calls.take(id, judge.changes());
    Session session = situation.session();
    if (own != null || session == null || repeated(id, envelope, bytes) != null) {
      return own;
    }
    Intent waiting = session.waiting(id, judge.changes());
    return waiting != null && waiting.take(judge.changes()) ? waiting : null;
  }

  /** The answer as it was judged before, if this is the same one on a resumed stream. */
  private @Nullable Answered repeated(RequestId id, Envelope envelope, long bytes) {
    Session session = situation.session();
    if (session == null || !situation.resumes()) {
      return null;
    }
    Session.Released before = session.released(id);
    Operation operation = before == null ? null : before.intent().operation();
    if (before == null || operation == null) {
      return null;
    }
    Answered again = answers.judge(before.intent(), operation, envelope, about, bytes);
    ByteString sent =
        judge.mask(services.masker(), again.ruled(), session.deliveries().again()).forwarded();
    boolean same = sent != null && services.words().body(sent).equals(before.sent());
    return same ? again : null;
  }

  /** An answer that no open request waits for: the same as before on a resumed stream, or none. */
  private void late(EventFrame frame, Envelope envelope, @Nullable RequestId id) {
    Answered again = id == null ? null : repeated(id, envelope, frame.size());
    Facts.Builder facts = Facts.builder();
    if (id != null) {
      facts.put(Fact.RPC_ID, situation.sheet().id(id));
    }
    Session session = situation.session();
    boolean reused = session != null && id != null && session.waiting(id, judge.changes()) != null;
    if (again == null || reused) {
      Reason reason = again == null ? Reason.UNKNOWN_ID : Reason.REDELIVERED;
      drop(frame, envelope, reason, null, facts);
      return;
    }
    facts.put(Fact.REASON, Reason.REDELIVERED);
    parts.add(
        new JudgedEvent(
            frame, again.ruled(), again.intent(), null, null, kind(facts, envelope), null));
  }

  private void serverRequest(EventFrame frame, Envelope.Request request, Meaning meaning) {
    Session session = situation.session();
    switch (meaning) {
      case Fault _ -> drop(frame, request, Reason.SHAPE, null, Facts.builder());
      case Operation operation -> {
        Trimmed trimmed = ruled(frame, operation, request);
        Decision decision = trimmed.decision();
        Facts.Builder facts = asked(operation, trimmed);
        if (trimmed.sent() == null) {
          drop(frame, request, Reason.POLICY, decision, facts);
        } else if (session == null || situation.era() == Era.STATELESS) {
          drop(frame, request, Reason.NOT_ASKED, decision, facts);
        } else {
          session.asks(request.id(), request.method(), judge.changes());
          pass(frame, request, trimmed, facts);
        }
      }
    }
  }

  private void notification(EventFrame frame, Envelope.Notification notification, Meaning meaning) {
    switch (meaning) {
      case Fault _ -> drop(frame, notification, Reason.SHAPE, null, Facts.builder());
      case Operation operation -> {
        Trimmed trimmed = ruled(frame, operation, notification);
        Facts.Builder facts = asked(operation, trimmed);
        if (trimmed.sent() == null) {
          drop(frame, notification, Reason.POLICY, trimmed.decision(), facts);
        } else {
          pass(frame, notification, trimmed, facts);
        }
      }
    }
  }

  /** By the rules for what the server says or asks, and by those for the calls it belongs to. */
  private Trimmed ruled(EventFrame frame, Operation operation, Envelope message) {
    Carried carried = Carried.of(judge, operation, message.tree());
    Decision own = judge.server(operation, frame.size());
    return calls
        .belonging(operation, judge.changes())
        .judge(judge, own.masking(own.masking().and(carried.masking())), carried, frame.size());
  }

  private Facts.Builder asked(Operation operation, Trimmed trimmed) {
    Masking masking = judge.masking(trimmed.decision());
    Facts.Builder facts = situation.sheet().operation(Facts.builder(), operation, masking);
    return trimmed.hidden().isEmpty()
        ? facts
        : facts.put(Fact.HIDDEN, situation.sheet().chosen(trimmed.hidden()));
  }

  /**
   * An event that cannot be read goes nowhere, and what it says is not known: the answer may come
   * behind it. Who waits in vain is told at the end of the stream.
   */
  private void unreadable(EventFrame frame, Reason reason) {
    Facts.Builder facts = digest(Facts.builder(), frame);
    String why = reason.text();
    if (frame.parsed() instanceof Parsed.Malformed(int _, String where, String expected)) {
      facts.put(Fact.DETAIL, "at %s (expected: %s)".formatted(where, expected));
      why += "; at %s, expected: %s".formatted(where, expected);
    }
    if (mayAnswer(frame)) {
      stream.lost(reason, why);
    }
    add(frame, Ruled.nothing(new Verdict.Dropped(reason, null)), facts.build());
  }

  /** Whether the data begins as messages do: words that keep a connection alive do not. */
  private static boolean mayAnswer(EventFrame frame) {
    ByteString data = frame.event().data();
    String text = data == null ? "" : data.toString(StandardCharsets.ISO_8859_1);
    return text.indexOf('"') > 0 && MESSAGE.matcher(text).lookingAt();
  }

  /** The stream ends, and the answer may have been in what could not be read. */
  private void inVain(Intent intent, StreamSoFar.Lost lost) {
    Operation operation = intent.operation();
    if (operation == null || !intent.take(judge.changes())) {
      return;
    }
    intent.inVain();
    Answered answered = answers.unread(intent, operation, lost.reason(), lost.why(), false);
    EventFrame frame = ownFrame();
    parts.add(
        new JudgedEvent(
            frame, answered.ruled(), intent, intent.id(), answered.outcome(), Facts.NONE, null));
  }

  private EventFrame ownFrame() {
    own++;
    return EventFrame.own(stream.eventCount() + own);
  }

  private void tooLarge(Intent intent) {
    Operation operation = intent.operation();
    if (operation == null || !intent.take(judge.changes())) {
      return;
    }
    Refusal refusal =
        situation.refusals(intent.entry()).answerTooLarge(operation, services.largest().event());
    withheld(intent, refusal, Reason.TOO_LARGE, Facts.NONE);
  }

  /** The stream is ended before the answer came: nobody knows how far the server is. */
  private void stopped(Intent intent, Stop stop) {
    Operation operation = intent.operation();
    if (operation == null || !intent.take(judge.changes())) {
      return;
    }
    intent.inVain();
    Refusal refusal =
        situation.refusals(intent.entry()).stoppedOnItsWay(operation, stop.reason(), true);
    withheld(intent, refusal, Reason.STOPPED, Facts.builder().put(Fact.STOP, stop.id()).build());
  }

  private void withheld(Intent intent, Refusal refusal, Reason reason, Facts facts) {
    var verdict = new Verdict.Withheld(reason, null);
    EventFrame frame = ownFrame();
    parts.add(
        new JudgedEvent(
            frame,
            new Ruled(verdict, refusal.message(), null),
            intent,
            intent.id(),
            Outcome.WITHHELD,
            facts,
            null));
  }

  private void pass(EventFrame frame, Envelope envelope, Trimmed trimmed, Facts.Builder facts) {
    var verdict = new Verdict.Allowed(trimmed.decision());
    add(frame, new Ruled(verdict, trimmed.sent(), envelope.tree()), kind(facts, envelope));
  }

  private void drop(
      EventFrame frame,
      Envelope envelope,
      Reason reason,
      @Nullable Decision decision,
      Facts.Builder facts) {
    Ruled ruled = Ruled.whole(new Verdict.Dropped(reason, decision), envelope.tree());
    add(frame, ruled, kind(facts, envelope));
  }

  private void add(EventFrame frame, Ruled ruled, Facts facts) {
    parts.add(new JudgedEvent(frame, ruled, calls.intents().getFirst(), null, null, facts, null));
  }

  private Facts kind(Facts.Builder facts, Envelope envelope) {
    facts.put(Fact.REPAIRED, situation.sheet().repaired(about.repairs()));
    return facts.put(Fact.MESSAGE, RequestLeg.kind(envelope)).build();
  }

  private Facts.Builder digest(Facts.Builder facts, EventFrame frame) {
    ByteString data = frame.event().data();
    return data == null ? facts : facts.put(Fact.BODY_DIGEST, services.words().body(data));
  }
}
