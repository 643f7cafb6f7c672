package io.tabellion.approval;

import io.tabellion.audit.Facts;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.Masked;
import io.tabellion.mcp.Era;
import io.tabellion.policy.ApprovalTerms;
import io.tabellion.policy.Question;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that a person must decide about: what is needed for the decision, and what it is bound to
 * (P5). A decision counts for a call of the same {@link Binding}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param question what was put to the policy: caller, server, method, tool, arguments
 * @param owner the OWNER fact: keyed digest of the caller
 * @param era of MCP that the client speaks: how it can be told to come again
 * @param definition digest of the tool's definition that the policy was told of; null if none is
 *     known
 * @param sent the message as it would be sent
 * @param masked what of it goes on and what an approver may see
 * @param facts what its entry says of caller, server and message
 * @param policy digest of the policy that asks
 * @param terms what the rules that fired want of an approval; all must be met
 * @param current whether policy and definition are still those
 * @param waiting how long it can wait, and what ends that
 * @param coming how its client comes again
 */
public record HeldCall(
    Question question,
    String owner,
    Era era,
    @Nullable String definition,
    Json.Obj sent,
    Masked masked,
    Facts facts,
    String policy,
    List<ApprovalTerms> terms,
    BooleanSupplier current,
    Waiting waiting,
    Coming coming) {

  /**
   * How a client comes again for a call that nobody decided about in time.
   *
   * @param how by itself, or when its model is told to
   * @param resumes id of the request that it comes for, and no other; null if it calls
   * @param withdraws whether it comes to withdraw the call
   */
  public record Coming(How how, @Nullable String resumes, boolean withdraws) {
    /** It is told to call again. */
    public static final Coming TOLD = new Coming(How.TOLD, null, false);

    /** What makes it come again. */
    public enum How {
      /** Its model is told to call again. */
      TOLD,
      /** It sends the call again at once, by itself. */
      IN_ROUNDS,
      /** It asks for a task from time to time. */
      FOR_A_TASK
    }
  }

  public HeldCall {
    terms = List.copyOf(terms);
  }

  Caller caller() {
    return question.setting().caller();
  }

  /** Whose call it is. */
  public Requester requester() {
    return Requester.of(owner, caller());
  }

  /** Whether a person may decide about it, by each of the terms. */
  public boolean mayDecide(String subject, List<String> groups) {
    return terms.stream().allMatch(wanted -> wanted.approvers().may(question, subject, groups));
  }
}
