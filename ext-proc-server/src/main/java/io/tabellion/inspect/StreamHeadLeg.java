package io.tabellion.inspect;

import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import java.util.List;

/** The head of an event stream: its opening is durable before it goes on (P2). */
final class StreamHeadLeg implements Leg<SessionOffer, Ruled> {
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

  @Override
  public SessionOffer parse() {
    SessionOffer offer = SessionOffer.of(exchange, inspector, head);
    exchange.offered(offer);
    return offer;
  }

  @Override
  public Judge judge() {
    return exchange.judge();
  }

  @Override
  public List<Ruled> decide(SessionOffer offer) {
    inspector.mended(head.repairs());
    return List.of(Ruled.nothing(new Verdict.Passed()));
  }

  @Override
  public List<Entry> entries(SessionOffer offer, List<Settled<Ruled>> messages) {
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
  public Reply reply(SessionOffer offer, List<Settled<Ruled>> messages, Recorded recorded) {
    var marks = Marks.Durable.of(recorded, Disposition.ALLOWED, List.of());
    return new Reply.HeadOnly(HeaderRules.events(head, offer.passes(), forms), marks);
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
  public Reply unrecorded(
      SessionOffer offer, List<Settled<Ruled>> messages, AuditUnavailableException why) {
    return exchange.notRecorded(head.status());
  }
}
