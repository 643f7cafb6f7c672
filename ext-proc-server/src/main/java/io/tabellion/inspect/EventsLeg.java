package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.inspect.EventsLeg.Frame;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Mended;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.RequestId;
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
final class EventsLeg implements Leg<List<Frame>, Leg.Plain<EventsLeg.Part>, EventsLeg.Part> {
  /** What an event costs beside its text, in bytes that are looked at. */
  private static final int EVENT = 4 << 10;

  /** Ids that go on: what any client can give back in a header. */
  private static final Pattern ID = Pattern.compile("[ -~]{0,256}");

  private final Exchange exchange;
  private final Situation situation;
  private final OpenCalls calls;
  private final StreamSoFar stream;
  private final Services services;
  private final List<ByteString> frames;
  private final boolean end;
  private final boolean tooLarge;
  private final Judge judge;
  private final ToolSightings sightings;

  EventsLeg(Exchange exchange, List<ByteString> frames, boolean end, boolean tooLarge) {
    this.exchange = exchange;
    this.situation = exchange.situation();
    this.calls = exchange.calls();
    this.stream = exchange.stream();
    this.services = exchange.services();
    this.frames = frames;
    this.end = end;
    this.tooLarge = tooLarge;
    this.judge = services.judge(situation);
    this.sightings = new ToolSightings(situation, services);
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
   * @param began the session that begins with it, null if none does
   */
  record Part(
      Frame frame,
      Ruled ruled,
      Intent intent,
      @Nullable RequestId id,
      @Nullable Outcome outcome,
      Facts facts,
      Answered.@Nullable Beginning began)
      implements Leg.Message {}

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
    int number = named.isIdle() ? 0 : stream.nextEvent();
    if (data == null || data.isEmpty()) {
      return new Frame(event, number, bytes.size(), null, List.of(), id);
    }
    Mended mended = services.answers().read(data);
    return new Frame(event, number, bytes.size(), mended.parsed(), mended.notes(), id);
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
  public List<Frame> recall(List<Frame> read) {
    calls.recallOwn();
    for (Frame frame : read) {
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
  public Plain<Part> decide(List<Frame> read, Changes changes) {
    Judge changing = judge.with(changes);
    var answers = new AnswerJudge(exchange, changing, stream.offer(), sightings);
    return new Plain<>(new EventJudge(exchange, changing, answers).judge(read, end, tooLarge));
  }

  // Mask.

  @Override
  public Tails tails() {
    return stream.tails();
  }

  // Append.

  @Override
  public List<Entry> entries(
      List<Frame> read, Plain<Part> decided, List<Settled<Part>> messages, Changes changes) {
    List<Entry> entries = new ArrayList<>(messages.size() + 1);
    for (Settled<Part> message : messages) {
      Part part = message.message();
      Facts.Builder facts = facts(part, message.masked().forwarded());
      List<String> ids =
          part.frame().secretId() == null ? List.of() : List.of("FORM sent 1 /event/id");
      FactSheet.masked(facts, message.masked(), ids);
      entries.add(services.entries().of(EntryKind.STREAM_EVENT, facts, message.masked()));
    }
    entries.addAll(sightings.entries());
    if (end) {
      int events = stream.eventCount() + own(decided);
      String detail = events + " events" + (tooLarge ? ", the next too large" : "");
      for (Intent intent : calls.intents()) {
        entries.add(calls.outcome(intent, outcome(intent, decided), detail));
      }
    }
    return entries;
  }

  /** Events of ours among them. */
  private static int own(Plain<Part> decided) {
    return (int) decided.messages().stream().filter(part -> part.frame().size() == 0).count();
  }

  /** How the answer turned out, in these events or before; null if there was none. */
  private static @Nullable Outcome outcome(Intent intent, Plain<Part> decided) {
    Outcome how = intent.outcome();
    for (Part part : decided.messages()) {
      if (part.outcome() != null && part.intent() == intent) {
        how = part.outcome();
      }
    }
    return how;
  }

  private Facts.Builder facts(Part part, @Nullable ByteString sent) {
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
      List<Frame> read, Plain<Part> decided, List<Settled<Part>> messages, Recorded recorded) {
    stream.addedEvents(own(decided));
    ByteString bytes = ByteString.EMPTY;
    int next = 0;
    for (Frame frame : read) {
      int from = next;
      while (next < messages.size() && messages.get(next).message().frame().sameAs(frame)) {
        next++;
      }
      bytes = bytes.concat(written(frame, messages.subList(from, next)));
    }
    for (; next < messages.size(); next++) {
      Frame own = messages.get(next).message().frame();
      bytes = bytes.concat(written(own, messages.subList(next, next + 1)));
    }
    close(messages);
    if (end) {
      calls.ended();
    }
    return new Reply.Events(bytes, end, recorded);
  }

  /** The event as it goes on; a bare comment if nothing of it does. */
  private ByteString written(Frame frame, List<Settled<Part>> messages) {
    if (frame.parsed() == null && messages.stream().allMatch(EventsLeg::isEmpty)) {
      return frame.event().write();
    }
    ByteString data =
        Bodies.join(messages, frame.parsed() instanceof Parsed.Batch && situation.allowsBatches());
    return data.isEmpty() ? SseEvent.IDLE.write() : frame.event().withData(data).write();
  }

  private static boolean isEmpty(Settled<Part> settled) {
    return settled.masked().forwarded() == null;
  }

  private void close(List<Settled<Part>> messages) {
    Session session = situation.session();
    for (Settled<Part> message : messages) {
      Part part = message.message();
      count(part.ruled().verdict());
      if (part.outcome() != null) {
        part.intent().ended(part.outcome());
      }
      if (part.began() != null) {
        part.began().session().agreed(part.began().agreed());
      }
      ByteString sent = message.masked().forwarded();
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
  public Reply unrecorded(List<Frame> read, AuditUnavailableException why) {
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
