package io.tabellion.policy;

import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.policy.Decision.Candidate;
import io.tabellion.schema.SchemaMode;
import io.tabellion.state.Changes;
import io.tabellion.state.StaleException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The policy in force, and a candidate that judges the same messages. The candidate has no effect:
 * whatever it says, and if it fails, the message gets what the policy in force decided.
 *
 * <p>Thread-safe.
 */
final class ComparedPolicy implements Policy {
  private static final System.Logger LOG = System.getLogger(ComparedPolicy.class.getName());

  private final Policy inForce;
  private final Policy candidate;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * @param candidate counts calls for itself
   */
  ComparedPolicy(Policy inForce, Policy candidate) {
    this.inForce = inForce;
    this.candidate = candidate;
  }

  @Override
  public Decision decide(Question question) {
    return inForce.decide(question);
  }

  @Override
  public Decision judge(Question question, Changes changes) {
    Decision decision = inForce.judge(question, changes);
    return decision.with(candidate(question, decision, changes));
  }

  private Candidate candidate(Question question, Decision decision, Changes changes) {
    try {
      Decision would = candidate.judge(question, changes);
      return new Candidate(would, masksOtherwise(decision.masking(), would.masking()), false);
    } catch (StaleException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      if (!told.getAndSet(true)) {
        LOG.log(
            Level.ERROR,
            "policy candidate: failed; messages go on as the policy in force decides"
                + " (this is logged once, and counted in tabellion_candidate_failures_total)",
            e);
      }
      Decision unknown = Decision.of(decision.action(), List.of(), null, candidate.digest());
      return new Candidate(unknown, false, true);
    }
  }

  /** Whether rules differ in what they mask; rules that have other names do not. */
  private static boolean masksOtherwise(Masking one, Masking other) {
    return !areIn(one.rules(), other.rules()) || !areIn(other.rules(), one.rules());
  }

  private static boolean areIn(List<MaskRule> rules, List<MaskRule> others) {
    return rules.stream().allMatch(rule -> others.stream().anyMatch(rule::masksAs));
  }

  @Override
  public boolean readsUris(String server) {
    return inForce.readsUris(server);
  }

  @Override
  public Masking baseline() {
    return inForce.baseline();
  }

  @Override
  public Masking headers() {
    return inForce.headers();
  }

  @Override
  public Masking unasked() {
    return inForce.unasked();
  }

  @Override
  public SchemaMode schema(String server) {
    return inForce.schema(server);
  }

  @Override
  public Duration countsFor() {
    return inForce.countsFor();
  }

  /** What the candidate counted is not known: it begins anew. */
  @Override
  public void recount(Question question, Changes changes) {
    inForce.recount(question, changes);
  }

  @Override
  public Optional<RuleText> approvalRule(String id) {
    return inForce.approvalRule(id);
  }

  @Override
  public String digest() {
    return inForce.digest();
  }
}
