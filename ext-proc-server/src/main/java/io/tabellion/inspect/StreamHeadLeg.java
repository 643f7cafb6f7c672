package io.tabellion.inspect;

import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.metrics.Counter;
import io.tabellion.session.Sessions;
import io.tabellion.state.Changes;
import java.util.List;
import java.util.Optional;

/** The head of an event stream: its opening is durable before it goes on (P2). */
final class StreamHeadLeg
    implements Leg<Optional<Sessions.Known>, StreamHeadLeg.Opening, StreamHeadLeg.Head> {
  private final Situation situation;
  private final OpenCalls calls;
  private final StreamSoFar stream;
  private final Services services;
  private final AnswerHead head;
  private final HeaderForms forms;

  StreamHeadLeg(Footing footing, AnswerHead head) {
    this.situation = footing.situation();
    this.calls = footing.calls();
    this.stream = footing.stream();
    this.services = footing.services();
    this.head = head;
    this.forms = HeaderForms.of(head.headers(), services.words());
  }

  /** The head, which is no message of anybody's. */
  record Head(Ruled ruled) implements Leg.Message {}

  /**
   * What was decided of the head.
   *
   * @param offer the session that it gives
   */
  record Opening(List<Head> messages, SessionOffer offer) implements Leg.Decided<Head> {
    Opening {
      messages = List.copyOf(messages);
    }
  }

  @Override
  public Optional<Sessions.Known> parse() {
    return Optional.empty();
  }

  @Override
  public List<Counter> counts(Optional<Sessions.Known> read) {
    return head.repairs().isEmpty() ? List.of() : List.of(Counter.MENDED);
  }

  /** The session that the head gives, and who has it so far. */
  @Override
  public Optional<Sessions.Known> recall(Optional<Sessions.Known> read) {
    calls.recallOwn();
    return Optional.ofNullable(SessionOffer.recall(situation, calls.intents(), services, head));
  }

  @Override
  public Judge judge() {
    return Judge.of(services, situation);
  }

  @Override
  public Opening decide(Optional<Sessions.Known> read, Changes changes) {
    return new Opening(
        List.of(new Head(Ruled.nothing(new Verdict.Passed()))),
        SessionOffer.of(situation, services, head, read.orElse(null), changes));
  }

  @Override
  public List<Entry> entries(
      Optional<Sessions.Known> read,
      Opening decided,
      List<Settled<Head>> messages,
      Changes changes) {
    if (decided.offer().begins() != null) {
      situation.entered(decided.offer().begins());
    }
    Facts.Builder facts = situation.sheet().about(calls.intents().getFirst());
    facts
        .put(Fact.DIRECTION, "server-to-client")
        .put(Fact.HTTP_STATUS, head.status())
        .put(Fact.MASKED, forms.masked())
        .put(Fact.REPAIRED, situation.sheet().repaired(head.repairs()))
        .put(Fact.ELAPSED_MS, situation.elapsedMillis())
        .put(Fact.DETAIL, situation.resumes() ? "resumed" : null);
    return List.of(services.entries().of(EntryKind.STREAM_OPEN, facts));
  }

  @Override
  public Reply reply(
      Optional<Sessions.Known> read,
      Opening decided,
      List<Settled<Head>> messages,
      Recorded recorded) {
    stream.offered(decided.offer());
    decided.offer().begun(situation, services);
    var marks = Marks.Durable.of(recorded, Disposition.ALLOWED, List.of());
    return new Reply.HeadOnly(HeaderRules.events(head, decided.offer().passes(), forms), marks);
  }

  @Override
  public Object caller() {
    return situation.party();
  }

  @Override
  public long size() {
    return 0;
  }

  @Override
  public Reply unrecorded(Optional<Sessions.Known> read, AuditUnavailableException why) {
    return calls.notRecorded(head.status());
  }
}
