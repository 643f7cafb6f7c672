package io.tabellion.policy;

import java.time.Duration;
import java.util.List;

/**
 * What a rule wants of an approval.
 *
 * @param rule its id
 * @param quorum how many people must approve, at least 1
 * @param approvers who may
 * @param reasonRequired whether an approver must say why
 * @param ttl how long it may wait
 * @param channels names of the channels that are told
 */
public record ApprovalTerms(
    String rule,
    int quorum,
    Approvers approvers,
    boolean reasonRequired,
    Duration ttl,
    List<String> channels) {

  public ApprovalTerms {
    channels = List.copyOf(channels);
  }

  /** Who may approve. Pure and thread-safe. */
  @FunctionalInterface
  public interface Approvers {
    /** Whether this person may approve this call; a condition that fails says no. */
    boolean may(Question question, String subject, List<String> groups);
  }
}
