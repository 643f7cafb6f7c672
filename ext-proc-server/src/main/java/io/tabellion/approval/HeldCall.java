package io.tabellion.approval;

import com.google.protobuf.ByteString;
import io.tabellion.mcp.Era;
import io.tabellion.policy.ApprovalTerms;
import io.tabellion.policy.Question;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call that a person must decide about: what is needed for the decision, and what it is bound to
 * (P5). A decision counts for a call that is equal in all of it but the wait.
 *
 * <p>Immutable and thread-safe.
 *
 * @param question what was put to the policy: caller, server, method, tool, arguments
 * @param owner the OWNER fact: keyed digest of the caller
 * @param era of MCP that the client speaks: how it can be told to come again
 * @param definition digest of the tool's definition that the policy was told of; null if none is
 *     known
 * @param sent the bytes that would be sent to the server, as they would be
 * @param shown what an approver may see of them; null if nothing
 * @param policy digest of the policy that asks
 * @param terms what the rules that fired want of an approval; all must be met
 * @param waiting how long it can wait, and what ends that
 */
public record HeldCall(
    Question question,
    String owner,
    Era era,
    @Nullable String definition,
    ByteString sent,
    @Nullable ByteString shown,
    String policy,
    List<ApprovalTerms> terms,
    Waiting waiting) {

  public HeldCall {
    terms = List.copyOf(terms);
  }

  /** Whether a person may decide about it, by each of the terms. */
  public boolean mayDecide(String subject, List<String> groups) {
    return terms.stream().allMatch(wanted -> wanted.approvers().may(question, subject, groups));
  }
}
