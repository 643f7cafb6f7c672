package io.tabellion.inspect;

import io.tabellion.approval.Approvals;
import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Entry;
import io.tabellion.mask.Masked;
import io.tabellion.mask.Masker;
import io.tabellion.mask.Masking;
import io.tabellion.mask.Tails;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.pace.Turns;
import io.tabellion.policy.Decision;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The straight line: parse, decide, mask, settle, append, reply. Each step's result is what the
 * next asks for, so that none can be skipped (P1, P2, P4).
 *
 * <p>Thread-safe; a walk blocks its caller while a person decides, until the entries are durable,
 * and, if it is long, while it is not its turn.
 */
final class Line {
  private final Masker masker;
  private final Approvals approvals;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Turns turns;

  Line(Masker masker, Approvals approvals, Metrics metrics, InstantSource clock, Turns turns) {
    this.masker = masker;
    this.approvals = approvals;
    this.metrics = metrics;
    this.clock = clock;
    this.turns = turns;
  }

  <R, M extends Leg.Message> Reply walk(Leg<R, M> leg, Recorded.Appender log)
      throws InterruptedException {
    Turns.Turn turn = turns.of(leg.caller());
    Ready<R, M> ready = turn.run(leg.size(), () -> ready(leg));
    R read = ready.read();
    List<Settled<M>> settled = settle(ready.messages());
    try {
      List<Entry> entries =
          turn.run(leg.size(), () -> Committed.with(leg.entries(read, settled), settled, clock));
      Recorded recorded = Recorded.append(log, entries);
      return leg.reply(read, settled, recorded);
    } catch (AuditUnavailableException e) {
      metrics.increment(e.code() == Code.BUDGET ? Counter.OVER_BUDGET : Counter.AUDIT_FAILURES);
      return leg.unrecorded(read, settled, e);
    }
  }

  /** What is read, judged and masked, and waits to be settled. */
  private record Ready<R, M>(R read, List<Shown<M>> messages) {}

  /** A message and what may be seen of it. */
  private record Shown<M>(M message, Masked masked) {}

  private <R, M extends Leg.Message> Ready<R, M> ready(Leg<R, M> leg) {
    R read = leg.parse();
    List<M> messages = leg.decide(read);
    return new Ready<>(read, mask(messages, leg));
  }

  private <M extends Leg.Message> List<Shown<M>> mask(List<M> messages, Leg<?, M> leg) {
    List<Shown<M>> shown = new ArrayList<>(messages.size());
    for (M message : messages) {
      Masked masked = mask(message.ruled(), leg.judge(), leg.tails());
      masked.counts().forEach(metrics::masked);
      count(message.ruled().verdict().decision());
      shown.add(new Shown<>(message, masked));
    }
    return shown;
  }

  private void count(@Nullable Decision decision) {
    if (decision == null) {
      return;
    }
    for (Decision.RuleError error : decision.errors()) {
      metrics.increment(Counter.RULE_ERRORS);
      if (error.endedByClock()) {
        metrics.increment(Counter.RULE_WALL_CLOCK);
      }
    }
    if (decision.shadow().action() != null) {
      metrics.increment(Counter.SHADOWED);
    }
    Decision.Candidate candidate = decision.candidate();
    if (candidate != null && candidate.failed()) {
      metrics.increment(Counter.CANDIDATE_FAILURES);
    } else if (candidate != null && candidate.decidesOtherwise(decision)) {
      metrics.increment(Counter.CANDIDATE_DIFFERS);
    }
  }

  /**
   * Masks a message by the baseline of the policy that judges it, whichever is in force by now, and
   * by the rules that fired for it.
   *
   * @param tails of the stream that it goes on in, null if in none
   */
  Masked mask(Ruled message, Judge judge, @Nullable Tails tails) {
    Masking masking = judge.masking(message.verdict().decision());
    return masker.mask(message.sent(), message.kept(), masking, tails);
  }

  private <M> List<Settled<M>> settle(List<Shown<M>> messages) throws InterruptedException {
    List<Settled<M>> settled = new ArrayList<>(messages.size());
    for (Shown<M> one : messages) {
      settled.add(approvals.settle(one.message(), one.masked()));
    }
    return settled;
  }
}
