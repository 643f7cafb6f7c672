package io.tabellion.policy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule wants of an approval.
 *
 * @param rule its id
 * @param quorum how many people must approve, at least 1
 * @param approvers who may
 * @param reasonRequired whether an approver must say why
 * @param ttl how long it may wait
 * @param channels names of the channels that are told
 * @param escalation who else may after a time; null if nobody
 * @param window for how many more calls an approver may approve; null if for one only
 * @param breakGlass who may let the call on without approval; null if nobody
 */
public record ApprovalTerms(
    String rule,
    int quorum,
    Approvers approvers,
    boolean reasonRequired,
    Duration ttl,
    List<String> channels,
    @Nullable Escalation escalation,
    @Nullable Window window,
    @Nullable BreakGlass breakGlass) {

  public ApprovalTerms {
    channels = List.copyOf(channels);
  }

  /** Who may approve. Pure and thread-safe. */
  @FunctionalInterface
  public interface Approvers {
    /** Whether this person may approve this call; a condition that fails says no. */
    boolean may(Question question, String subject, List<String> groups);
  }

  /**
   * Who else may approve.
   *
   * @param after so long after the call was made
   */
  public record Escalation(Duration after, Approvers approvers) {}

  /** Which further calls an approval may be for. Pure and thread-safe. */
  @FunctionalInterface
  public interface Calls {
    /** Whether it may be for this call; a condition that fails says no. */
    boolean may(Question question);
  }

  /**
   * What further calls an approver may let on with the one that is shown.
   *
   * @param longest for how long
   * @param uses how many at most
   * @param calls which of the same caller to the same tool; null if only identical ones
   */
  public record Window(Duration longest, int uses, @Nullable Calls calls) {}

  /**
   * Who may let the call on without approval.
   *
   * @param who may
   * @param review within which time another person must look at it
   */
  public record BreakGlass(Approvers who, Duration review) {}
}
