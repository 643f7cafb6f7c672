package io.tabellion.policy;

import io.tabellion.mask.rule.Masking;
import io.tabellion.schema.SchemaMode;
import io.tabellion.state.Changes;
import java.time.Duration;
import java.util.Optional;

/**
 * Judges messages. Pure: the same question gets the same answer from one policy, while the calls
 * that were counted for its limits are the same.
 *
 * <p>Thread-safe; a reload swaps the whole.
 */
public interface Policy {

  /**
   * Returns what is to happen with the message; where places of it are unknown, what may happen: it
   * is denied only if it is denied whatever they hold. Never throws on hostile input. No call is
   * counted, and no limit of calls is reached.
   */
  Decision decide(Question question);

  /**
   * Returns the same of a message that is recorded, with what a candidate policy makes of it if
   * there is one. Of what stands in a message, such as the items of a list, no candidate is asked.
   *
   * @param changes where calls are counted for limits
   */
  default Decision judge(Question question, Changes changes) {
    return decide(question);
  }

  /** Whether a rule tells resources of the server apart by their URIs. */
  default boolean readsUris(String server) {
    return false;
  }

  /**
   * Returns what is masked whatever the rules say. Its detectors are those of every decision's
   * masking.
   */
  default Masking baseline() {
    return Masking.baseline();
  }

  /**
   * Returns what must not stand in headers of answers and in ids of events, which are sent as they
   * are or not at all: secrets and addresses of mail, over the detectors of the baseline.
   */
  default Masking headers() {
    return HeaderMasking.of(baseline().detectors());
  }

  /**
   * Returns what is masked of messages that the policy is not asked about, because they cannot be
   * understood: of their record, all that any rule masks of any message.
   */
  default Masking unasked() {
    return baseline();
  }

  /** What becomes of arguments that do not fit the schema of a tool of the server. */
  default SchemaMode schema(String server) {
    return SchemaMode.ENFORCE;
  }

  /** How long calls count for its limits; zero if it has no limit of calls. */
  default Duration countsFor() {
    return Duration.ZERO;
  }

  /**
   * Counts a call of the past, which went on, for the limits that it is known to match. Whether a
   * limit was reached is not asked.
   *
   * @param question as the record tells it; what that does not tell is unknown
   */
  default void recount(Question question, Changes changes) {}

  /**
   * Returns a rule as its file has it, for people.
   *
   * @param id of a rule that asks for approval
   * @return empty if there is no such rule
   */
  default Optional<RuleText> approvalRule(String id) {
    return Optional.empty();
  }

  /** Returns the SHA-256 of the file it was read from, and of those that it names, hex. */
  String digest();
}
