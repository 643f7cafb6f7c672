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
import io.tabellion.budget.Budgets;
import io.tabellion.jsonrpc.MendingReader;
import io.tabellion.jsonrpc.MessageReader;
import io.tabellion.mask.MaskTokens;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
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
import io.tabellion.stop.Stops;
import io.tabellion.trace.Traces;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the steps of the line use, and all exchanges share: how messages are read, judged and
 * masked, what is remembered, where it is recorded.
 *
 * <p>Thread-safe.
 */
final class Services {
  private final Supplier<Policy> policy;
  private final AuditLog log;
  private final SharedState state;
  private final Approvals approvals;
  private final Budgets budgets;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Largest largest;

  /** Bytes that commitments to one answer may need beside it. */
  private final long lists;

  private final Pins pins;
  private final ArgumentSchemas schemas = new ArgumentSchemas();
  private final Words words;
  private final Sessions sessions;
  private final Calls calls;
  private final Conversations conversations;
  private final Stops stops;
  private final Masker masker;
  private final Restorer restorer;
  private final BodySpool spool;
  private final Rounds rounds;
  private final Deferrals deferrals;
  private final MendingReader requests;
  private final MendingReader answers;
  private final Entries entries;
  private final Traces traces;
  private final Passages passages;

  Services(
      Supplier<Policy> policy,
      AuditLog log,
      KeyedHash hash,
      SessionOwners owners,
      Pins pins,
      Metrics metrics,
      InstantSource clock,
      LineSettings settings,
      SharedState state,
      Approvals approvals) {
    this.policy = policy;
    this.approvals = approvals;
    this.state = state;
    this.budgets = new Budgets(settings.budgets(), state, clock);
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
    this.largest = settings.largest();
    this.pins = pins;
    MaskKeys keys = new MaskKeys(hash, settings.masking().tenant(), settings.masking().epoch());
    this.masker = new Masker(keys, settings.masking().disclosure());
    this.lists = settings.masking().disclosure() == null ? 0 : Committed.MOST_BYTES;
    this.restorer =
        new Restorer(settings.masking(), new MaskTokens(keys), new MessageReader(largest.json()));
    this.spool = new BodySpool(settings.spool().folder(), settings.spool().most());
    this.rounds = new Rounds(hash, clock, restorer);
    this.deferrals = new Deferrals(state, hash, largest.json());
    this.requests = MendingReader.ofClients(largest.json());
    this.answers = MendingReader.ofServers(largest.json());
    this.words =
        new Words(hash, masker, () -> policy.get().baseline(), () -> policy.get().headers());
    this.entries = new Entries(clock);
    this.traces = settings.traces();
    this.passages = new Passages(settings.places());
    this.sessions = new Sessions(state, owners, clock);
    this.calls = new Calls(state, owners);
    this.conversations = new Conversations(hash);
    this.stops = new Stops(state);
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
  void tidy(Instant now) {
    sessions.tidy(now);
    state.tidy(now);
  }

  /** Where spans of calls begin. */
  Traces traces() {
    return traces;
  }

  AuditLog log() {
    return log;
  }

  SharedState state() {
    return state;
  }

  Approvals approvals() {
    return approvals;
  }

  Budgets budgets() {
    return budgets;
  }

  Metrics metrics() {
    return metrics;
  }

  InstantSource clock() {
    return clock;
  }

  /** The most that an outcome brings to the log: the answer, longer by its masks, and the list. */
  long largestOutcome() {
    return largest.answer() + Masker.MOST_GROWTH + lists;
  }

  Largest largest() {
    return largest;
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

  /** What operators stopped. */
  Stops stops() {
    return stops;
  }

  Masker masker() {
    return masker;
  }

  BodySpool spool() {
    return spool;
  }

  Deferrals deferrals() {
    return deferrals;
  }

  Rounds rounds() {
    return rounds;
  }

  Restorer restorer() {
    return restorer;
  }

  /** The policy in force. */
  Policy policy() {
    return policy.get();
  }

  /** Makes entries. */
  Entries entries() {
    return entries;
  }

  /** Requests that pass several places. */
  Passages passages() {
    return passages;
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
