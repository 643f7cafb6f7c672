package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Mended;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.mask.stream.Tails;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.metrics.Counter;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import io.tabellion.sse.SseEvent;
import io.tabellion.state.Changes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The next events of a stream, judged one by one and entered in one group: each goes on when its
 * entry is durable, and the end of the stream waits for the outcome (P2).
 */
final class EventsLeg implements Leg<List<EventFrame>, EventsLeg.Ruling, JudgedEvent> {
  /** What an event costs beside its text, in bytes that are looked at. */
  private static final int EVENT = 4 << 10;

  /** Ids that go on: what any client can give back in a header. */
  private static final Pattern ID = Pattern.compile("[ -~]{0,256}");

  private final Situation situation;
  private final OpenCalls calls;
  private final StreamSoFar stream;
  private final Services services;
  private final Footing footing;
  private final List<ByteString> frames;
  private final @Nullable StreamEnd end;
  private final Judge judge;

  /** Events of the stream that came before these. */
  private final int before;

  EventsLeg(Footing footing, List<ByteString> frames, @Nullable StreamEnd end) {
    this.situation = footing.situation();
    this.calls = footing.calls();
    this.stream = footing.stream();
    this.services = footing.services();
    this.footing = footing;
    this.frames = frames;
    this.end = end;
    this.judge = Judge.of(services, situation);
    this.before = stream.eventCount();
  }

  /**
   * What was decided.
   *
   * @param sighted what lists in it showed
   */
  record Ruling(List<JudgedEvent> messages, Sighted sighted) implements Leg.Decided<JudgedEvent> {
    Ruling {
      messages = List.copyOf(messages);
    }
  }

  // Parse.

  @Override
  public List<EventFrame> parse() {
    return frames.stream().map(this::frame).toList();
  }

  private EventFrame frame(ByteString bytes) {
    SseEvent came = SseEvent.parse(bytes);
    // A name without data means nothing (WHATWG HTML §9.2.6), and nothing of it is entered.
    SseEvent named = came.hasMessage() ? came : came.withoutName();
    String id = secret(came.id());
    SseEvent event = id == null ? named : named.withoutId();
    ByteString data = event.data();
    int number = named.isIdle() ? 0 : stream.nextEvent();
    if (data == null || data.isEmpty()) {
      return new EventFrame(event, number, bytes.size(), null, List.of(), id);
    }
    Mended mended = services.answers().read(data);
    List<Notes> notes = mended.notes();
    return switch (mended.parsed()) {
      case Parsed.Batch(List<Envelope> envelopes)
          when envelopes.size() == 1 && !situation.allowsBatches() ->
          new EventFrame(
              event,
              number,
              bytes.size(),
              new Parsed.Single(envelopes.getFirst()),
              List.of(notes.getFirst().and(AnswerLeg.BATCH_OF_ONE)),
              id);
      case Parsed parsed -> new EventFrame(event, number, bytes.size(), parsed, notes, id);
    };
  }

  @Override
  public List<Counter> counts(List<EventFrame> read) {
    return read.stream()
        .filter(frame -> frame.event().isNamedMessage())
        .flatMap(frame -> messages(frame).stream())
        .flatMap(notes -> AnswerLeg.counts(notes).stream())
        .toList();
  }

  /** The notes about each message of an event that is looked at. */
  private List<Notes> messages(EventFrame frame) {
    return switch (frame.parsed()) {
      case null -> List.of();
      case Parsed.Single _ -> frame.notes();
      case Parsed.Batch _ -> situation.allowsBatches() ? frame.notes() : List.of();
      case Parsed.Malformed _ -> List.of();
    };
  }

  /**
   * An id that does not go on, null if it does: a client without it resumes behind the id before,
   * and gets more than it missed.
   */
  private @Nullable String secret(@Nullable String id) {
    boolean plain = id == null || (ID.matcher(id).matches() && services.words().isPlain(id));
    return plain ? null : id;
  }

  @Override
  public List<EventFrame> recall(List<EventFrame> read) {
    calls.recallOwn();
    for (EventFrame frame : read) {
      switch (frame.parsed()) {
        case Parsed.Single(Envelope envelope) -> calls.recall(EventJudge.tasks(envelope));
        case Parsed.Batch(List<Envelope> all) ->
            all.forEach(envelope -> calls.recall(EventJudge.tasks(envelope)));
        case null, default -> {
          // It names none.
        }
      }
    }
    return read;
  }

  // Decide.

  @Override
  public Judge judge() {
    return judge;
  }

  @Override
  public Ruling decide(List<EventFrame> read, Changes changes) {
    Judge changing = judge.with(changes);
    var sightings = new ToolSightings(situation, services, changes);
    var answers = new AnswerJudge(footing, changing, stream.offer(), sightings);
    List<JudgedEvent> judged = new EventJudge(footing, changing, answers).judge(read, end);
    return new Ruling(judged, sightings.done());
  }

  @Override
  public void brokenOff() {
    stream.backTo(before);
  }

  // Mask.

  @Override
  public Tails tails() {
    return stream.tails();
  }

  // Append.

  @Override
  public List<Entry> entries(
      List<EventFrame> read, Ruling decided, List<Settled<JudgedEvent>> messages, Changes changes) {
    List<Entry> entries = new ArrayList<>(messages.size() + 1);
    for (Settled<JudgedEvent> message : messages) {
      JudgedEvent part = message.message();
      Facts.Builder facts = facts(part, situation.outgoing(message.masked().forwarded()));
      List<String> ids =
          part.frame().secretId() == null ? List.of() : List.of("FORM sent 1 /event/id");
      FactSheet.masked(facts, message.masked(), ids);
      entries.add(services.entries().of(EntryKind.STREAM_EVENT, facts, message.masked()));
    }
    entries.addAll(decided.sighted().entries(situation, services));
    if (end != null) {
      int events = stream.eventCount() + own(decided);
      String detail =
          switch (end) {
            case BY_SERVER -> events + " events";
            case TOO_LARGE -> events + " events, the next too large";
            case STOPPED -> events + " events, then stopped";
            case LEFT -> events + " events, then the server stopped";
          };
      for (Intent intent : calls.intents()) {
        Entry outcome = calls.outcome(intent, outcome(intent, decided), detail);
        entries.add(outcome);
        entries.addAll(calls.approvalOf(outcome, changes));
      }
    }
    return entries;
  }

  /** Events of ours among them. */
  private static int own(Ruling decided) {
    return (int) decided.messages().stream().filter(part -> part.frame().size() == 0).count();
  }

  /** How the answer turned out, in these events or before; null if there was none. */
  private static @Nullable Outcome outcome(Intent intent, Ruling decided) {
    Outcome how = intent.outcome();
    for (JudgedEvent part : decided.messages()) {
      if (part.outcome() != null && part.intent() == intent) {
        how = part.outcome();
      }
    }
    return how;
  }

  private Facts.Builder facts(JudgedEvent part, @Nullable ByteString sent) {
    Facts.Builder facts =
        part.id() == null && part.facts().text(Fact.REASON) == null
            ? situation.sheet().stream(part.intent())
            : situation.sheet().about(part.intent());
    facts
        .put(Fact.DIRECTION, "server-to-client")
        .put(Fact.EVENT, part.frame().number())
        .put(Fact.EVENT_ID, services.words().chosen(part.frame().id()))
        .put(Fact.BYTES, part.frame().size())
        .put(Fact.OUTCOME, part.outcome())
        .put(Fact.ELAPSED_MS, situation.elapsedMillis());
    situation.sheet().verdict(facts, part.ruled().verdict());
    if (sent != null) {
      facts.put(Fact.SENT_DIGEST, services.words().body(sent));
    }
    return facts.putAll(part.facts());
  }

  // Reply.

  @Override
  public Reply reply(
      List<EventFrame> read,
      Ruling decided,
      List<Settled<JudgedEvent>> messages,
      Recorded recorded) {
    stream.addedEvents(own(decided));
    ByteString bytes = ByteString.EMPTY;
    int next = 0;
    for (EventFrame frame : read) {
      int from = next;
      while (next < messages.size() && messages.get(next).message().frame().sameAs(frame)) {
        next++;
      }
      bytes = bytes.concat(written(frame, messages.subList(from, next)));
    }
    for (; next < messages.size(); next++) {
      EventFrame own = messages.get(next).message().frame();
      bytes = bytes.concat(written(own, messages.subList(next, next + 1)));
    }
    decided.sighted().recorded(situation.server(), services);
    close(messages);
    if (end != null) {
      calls.ended();
    }
    return new Reply.Events(bytes, end != null, recorded);
  }

  /** The event as it goes on; a bare comment if nothing of it does. */
  private ByteString written(EventFrame frame, List<Settled<JudgedEvent>> messages) {
    if (frame.parsed() == null && messages.stream().allMatch(EventsLeg::isEmpty)) {
      return frame.event().write();
    }
    ByteString data =
        Bodies.join(
            messages,
            frame.parsed() instanceof Parsed.Batch && situation.allowsBatches(),
            situation::outgoing);
    return data.isEmpty() ? SseEvent.IDLE.write() : frame.event().withData(data).write();
  }

  private static boolean isEmpty(Settled<JudgedEvent> settled) {
    return settled.masked().forwarded() == null;
  }

  private void close(List<Settled<JudgedEvent>> messages) {
    Session session = situation.session();
    for (Settled<JudgedEvent> message : messages) {
      JudgedEvent part = message.message();
      count(part.ruled().verdict());
      if (part.outcome() != null) {
        part.intent().ended(part.outcome());
      }
      if (part.began() != null) {
        part.began().session().agreed(part.began().agreed());
      }
      ByteString sent = situation.outgoing(message.masked().forwarded());
      if (session != null && part.id() != null && sent != null) {
        session.released(part.id(), part.intent(), services.words().body(sent));
      }
      String event = part.frame().event().id();
      if (event != null) {
        stream.tails().passed(services.words().event(event));
      }
    }
  }

  private void count(Verdict verdict) {
    services
        .metrics()
        .increment(
            switch (verdict) {
              case Verdict.Allowed _, Verdict.Passed _, Verdict.Approved _ -> Counter.RELEASED;
              case Verdict.Withheld _ -> Counter.WITHHELD;
              case Verdict.Dropped _,
                  Verdict.Denied _,
                  Verdict.Unapproved _,
                  Verdict.Quarantined _,
                  Verdict.Stopped _,
                  Verdict.Refused _ ->
                  Counter.DROPPED;
            });
  }

  @Override
  public Object caller() {
    return situation.party();
  }

  @Override
  public long size() {
    return frames.stream().mapToLong(ByteString::size).sum() + (long) EVENT * frames.size();
  }

  /** Nothing more can be recorded, so nothing more goes on: who waits is told, and it ends. */
  @Override
  public Reply unrecorded(List<EventFrame> read, AuditUnavailableException why) {
    ByteString bytes = ByteString.EMPTY;
    for (Intent intent : calls.intents()) {
      Operation operation = intent.operation();
      if (operation != null && intent.open()) {
        intent.refused();
        Refusal refusal = situation.refusals(intent.entry()).answerNotRecorded(operation);
        bytes = bytes.concat(SseEvent.of(refusal.body()).write());
        services.metrics().increment(Counter.WITHHELD);
      }
    }
    calls.ended();
    return new Reply.LastEvents(bytes);
  }
}
