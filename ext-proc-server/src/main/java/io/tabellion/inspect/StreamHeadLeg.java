package io.tabellion.inspect;

import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.state.Changes;
import java.util.List;

/** The head of an event stream: its opening is durable before it goes on (P2). */
final class StreamHeadLeg implements Leg<AnswerHead, StreamHeadLeg.Opening, Ruled> {
  private final Exchange exchange;
  private final Inspector inspector;
  private final AnswerHead head;
  private final HeaderForms forms;

  StreamHeadLeg(Exchange exchange, Inspector inspector, AnswerHead head) {
    this.exchange = exchange;
    this.inspector = inspector;
    this.head = head;
    this.forms = HeaderForms.of(head.headers(), inspector.words());
  }

  /**
   * What was decided of the head.
   *
   * @param offer the session that it gives
   */
  record Opening(List<Ruled> messages, SessionOffer offer) implements Leg.Decided<Ruled> {
    Opening {
      messages = List.copyOf(messages);
    }
  }

  @Override
  public AnswerHead parse() {
    inspector.mended(head.repairs());
    return head;
  }

  @Override
  public Judge judge() {
    return exchange.judge();
  }

  @Override
  public Opening decide(AnswerHead read, Changes changes) {
    return new Opening(
        List.of(Ruled.nothing(new Verdict.Passed())),
        SessionOffer.of(exchange, inspector, read, changes));
  }

  @Override
  public List<Entry> entries(
      AnswerHead read, Opening decided, List<Settled<Ruled>> messages, Changes changes) {
    if (decided.offer().begins() != null) {
      exchange.entered(decided.offer().begins());
    }
    Facts.Builder facts = exchange.sheet().about(exchange.intents().getFirst());
    facts
        .put(Fact.DIRECTION, "server-to-client")
        .put(Fact.HTTP_STATUS, head.status())
        .put(Fact.MASKED, forms.masked())
        .put(Fact.REPAIRED, exchange.sheet().repaired(head.repairs()))
        .put(Fact.ELAPSED_MS, exchange.elapsedMillis())
        .put(Fact.DETAIL, exchange.resumes() ? "resumed" : null);
    return List.of(exchange.entry(EntryKind.STREAM_OPEN, facts));
  }

  @Override
  public Reply reply(
      AnswerHead read, Opening decided, List<Settled<Ruled>> messages, Recorded recorded) {
    exchange.offered(decided.offer());
    var marks = Marks.Durable.of(recorded, Disposition.ALLOWED, List.of());
    return new Reply.HeadOnly(HeaderRules.events(head, decided.offer().passes(), forms), marks);
  }

  @Override
  public Object caller() {
    return exchange.party();
  }

  @Override
  public long size() {
    return 0;
  }

  @Override
  public Reply unrecorded(AnswerHead read, AuditUnavailableException why) {
    return exchange.notRecorded(head.status());
  }
}
