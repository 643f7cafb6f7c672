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
import java.util.Optional;
import java.util.Set;
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

  /** Whether a request is over with this entry, or the grant that the entry is about. */
  public static boolean isOver(Leaf leaf) {
    EntryKind kind = leaf.kind();
    if (kind == EntryKind.APPROVAL_GRANT_ENDED) {
      return true;
    }
    if (kind == EntryKind.APPROVAL_REVIEWED) {
      return Stream.of(ApprovalState.values())
          .anyMatch(state ->
              state.isOver() && state.word().equals(leaf.facts().text(Fact.APPROVAL_BEFORE)));
    }
    return leaf.facts().text(Fact.REVIEW_BY) == null
        && Stream.of(ApprovalState.values())
            .anyMatch(state -> state.kind() == kind && state.isOver());
  }

  /**
   * The grant for further calls that entries tell of.
   *
   * @param leaf with which it begins
   * @param content of that; null if it is gone
   * @param used how many entries tell of a use
   * @return empty if nobody can use it any more, for its content is gone
   */
  public static Optional<WindowGrant> grant(Leaf leaf, Json.@Nullable Obj content, int used) {
    return GrantText.read(leaf, content, used);
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
    Instant until = Instant.parse(text(facts, Fact.APPROVAL_UNTIL));
    return new ApprovalHistory(
        new ApprovalRequest(
            new ApprovalRequest.Call(
                text(facts, Fact.APPROVAL),
                text(facts, Fact.APPROVAL_BINDING),
                Requester.of(text(facts, Fact.OWNER), caller),
                AskingDesk.kept(question),
                facts.text(Fact.DEFINITION),
                text(facts, Fact.POLICY),
                facts.texts(Fact.RULES),
                terms,
                AskingDesk.held(shown),
                text(facts, Fact.APPROVAL_DIGEST),
                leaf.at()),
            Course.pending(leaf.at(), until)));
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
            Set.copyOf(facts.texts(Fact.APPROVER_NAMES)),
            facts.texts(Fact.APPROVER_GROUPS),
            text(facts, Fact.CHANNEL));
    return new Vote(who, leaf.at(), SaidText.reason(content), SaidText.window(content));
  }

  private static String text(Facts facts, Fact fact) {
    return String.valueOf(facts.text(fact));
  }
}
