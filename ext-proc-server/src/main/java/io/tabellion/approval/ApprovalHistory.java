package io.tabellion.approval;

import com.google.protobuf.ByteString;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.ApprovalTerms;
import io.tabellion.policy.Question;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request for approval, made again of the entries that tell of it.
 *
 * <p>Not thread-safe.
 */
public final class ApprovalHistory {
  private ApprovalRequest request;

  private ApprovalHistory(ApprovalRequest request) {
    this.request = request;
  }

  /** Whether a request is over with an entry of this kind. */
  public static boolean isOver(EntryKind kind) {
    return Stream.of(ApprovalState.values())
        .anyMatch(state -> state.kind() == kind && state.isOver());
  }

  /**
   * Begins with the first entry.
   *
   * @param question that the entry tells of
   * @param terms what the rules that it names want
   * @param shown its content
   */
  public static ApprovalHistory begin(
      Leaf leaf, Question question, List<ApprovalTerms> terms, @Nullable ByteString shown) {
    Facts facts = leaf.facts();
    Caller caller = question.setting().caller();
    return new ApprovalHistory(
        new ApprovalRequest(
            text(facts, Fact.APPROVAL),
            text(facts, Fact.APPROVAL_BINDING),
            ApprovalState.PENDING,
            Requester.of(text(facts, Fact.OWNER), caller),
            AskingDesk.kept(question),
            facts.text(Fact.DEFINITION),
            text(facts, Fact.POLICY),
            terms,
            AskingDesk.held(shown),
            text(facts, Fact.APPROVAL_DIGEST),
            leaf.at(),
            Instant.parse(text(facts, Fact.APPROVAL_UNTIL)),
            List.of(),
            null,
            false,
            null,
            leaf.at(),
            0));
  }

  /**
   * Goes on with the next entry.
   *
   * @param content what a person said; null if nothing, or if it was erased
   */
  public void add(Leaf leaf, Json.@Nullable Obj content) {
    request = request.told(leaf, vote(leaf, content));
  }

  /** The request as it stands. */
  public ApprovalRequest request() {
    return request;
  }

  private static @Nullable Vote vote(Leaf leaf, Json.@Nullable Obj content) {
    Facts facts = leaf.facts();
    String subject = facts.text(Fact.APPROVER);
    if (subject == null) {
      return null;
    }
    Person who =
        new Person(
            subject,
            facts.text(Fact.APPROVER_ISSUER),
            facts.texts(Fact.APPROVER_GROUPS),
            text(facts, Fact.CHANNEL));
    return new Vote(who, leaf.at(), content == null ? null : content.text(ApprovalEntries.REASON));
  }

  private static String text(Facts facts, Fact fact) {
    return String.valueOf(facts.text(fact));
  }
}
