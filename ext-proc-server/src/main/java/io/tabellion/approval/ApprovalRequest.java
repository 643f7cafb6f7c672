package io.tabellion.approval;

import com.google.protobuf.ByteString;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.policy.ApprovalTerms;
import io.tabellion.policy.Question;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One call that people decide about, and what they said.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id names it to people: {@code apr-} and the id of its first entry
 * @param binding keyed digest of all that the approval is for; a call of another binding is another
 *     call
 * @param state where it stands
 * @param requester whose call it is
 * @param question what was put to the policy; without arguments where they are large
 * @param definition digest of the tool's definition; null if none is known
 * @param policy digest of the policy that asks
 * @param terms what the rules that fired want; all must be met
 * @param shown the call as approvers may see it, masked; null if it is too large for the memory
 *     (the entry of the request has it) or if nothing may be seen
 * @param digest keyed digest of what approvers are shown; a vote must name it
 * @param asked when
 * @param until when it expires: without a decision, or without use of the approval
 * @param votes approvals, in their order
 * @param said of whoever denied, revoked or asked back; null if nobody did
 * @param asksBack whether {@code said} is a question to the requester
 * @param intent entry id of the call that used the approval; null before
 * @param changed when it came to its state
 * @param version grows with each change
 */
public record ApprovalRequest(
    String id,
    String binding,
    ApprovalState state,
    Requester requester,
    Question question,
    @Nullable String definition,
    String policy,
    List<ApprovalTerms> terms,
    @Nullable ByteString shown,
    String digest,
    Instant asked,
    Instant until,
    List<Vote> votes,
    @Nullable Vote said,
    boolean asksBack,
    @Nullable String intent,
    Instant changed,
    int version) {

  /** How long what is over is remembered: a denial counts for identical calls so long. */
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  public ApprovalRequest {
    terms = List.copyOf(terms);
    votes = List.copyOf(votes);
  }

  /** Whether it means nothing any more. */
  boolean isForgotten(Instant now) {
    return state.isOver() && changed.plus(REMEMBERED).isBefore(now);
  }

  /** Whether its time is over. */
  public boolean isLate(Instant now) {
    return state.isOpen() && !now.isBefore(until);
  }

  /** Whether a rule wants approvers to say why. */
  public boolean wantsReasons() {
    return terms.stream().anyMatch(ApprovalTerms::reasonRequired);
  }

  /** How many people must approve by the strictest rule. */
  public int quorum() {
    return terms.stream().mapToInt(ApprovalTerms::quorum).max().orElse(1);
  }

  /** Ids of the rules that ask. */
  public List<String> rules() {
    return terms.stream().map(ApprovalTerms::rule).distinct().toList();
  }

  /** Whether the person may decide, by each of the rules; nobody decides about a call of theirs. */
  public boolean mayDecide(Person person) {
    return !requester.involves(person)
        && !terms.isEmpty()
        && terms.stream()
            .allMatch(
                wanted -> wanted.approvers().may(question, person.subject(), person.groups()));
  }

  /** Whether the person approved already. */
  public boolean hasVoteOf(Person person) {
    return votes.stream().anyMatch(vote -> vote.who().is(person));
  }

  /**
   * Whether enough people approved, by rules and a question that may be newer than those of the
   * votes.
   */
  static boolean suffices(
      Requester requester, Question question, List<ApprovalTerms> terms, List<Vote> votes) {
    return !terms.isEmpty()
        && terms.stream()
            .allMatch(wanted -> {
              List<Person> counted = new ArrayList<>();
              for (Vote vote : votes) {
                Person who = vote.who();
                boolean counts =
                    !requester.involves(who)
                        && counted.stream().noneMatch(who::is)
                        && wanted.approvers().may(question, who.subject(), who.groups());
                if (counts) {
                  counted.add(who);
                }
              }
              return counted.size() >= wanted.quorum();
            });
  }

  private ApprovalRequest with(
      ApprovalState next, Instant end, List<Vote> all, @Nullable Vote word, Instant now) {
    if (next != state && !state.leadsTo(next)) {
      throw new IllegalStateException(
          "approval: " + state.word() + " to " + next.word() + " (expected: a step that there is)");
    }
    return new ApprovalRequest(
        id,
        binding,
        next,
        requester,
        question,
        definition,
        policy,
        terms,
        shown,
        digest,
        asked,
        end,
        all,
        word,
        false,
        intent,
        now,
        version + 1);
  }

  /** The same with a vote more. Whether it suffices says {@link #suffices}. */
  ApprovalRequest approvedBy(Vote vote, Duration grant) {
    List<Vote> all = new ArrayList<>(votes);
    all.add(vote);
    return suffices(requester, question, terms, all)
        ? with(ApprovalState.APPROVED, vote.at().plus(grant), all, null, vote.at())
        : with(state, until, all, said, vote.at());
  }

  /** The same after somebody asked the requester something. */
  ApprovalRequest askedBack(Vote asking) {
    return new ApprovalRequest(
        id,
        binding,
        state,
        requester,
        question,
        definition,
        policy,
        terms,
        shown,
        digest,
        asked,
        until,
        votes,
        asking,
        true,
        intent,
        asking.at(),
        version + 1);
  }

  /** The same in another state, by somebody's word. */
  ApprovalRequest ended(ApprovalState next, @Nullable Vote word, Instant now) {
    return with(next, until, votes, word, now);
  }

  /**
   * The same after the step that an entry tells of.
   *
   * @param vote of the person who took it; null if nobody did
   */
  ApprovalRequest told(Leaf leaf, @Nullable Vote vote) {
    ApprovalState next =
        Stream.of(ApprovalState.values())
            .filter(one -> one.kind() == leaf.kind())
            .findFirst()
            .orElse(state);
    String end = leaf.facts().text(Fact.APPROVAL_UNTIL);
    boolean approves =
        leaf.kind() == EntryKind.APPROVAL_VOTE || leaf.kind() == EntryKind.APPROVAL_APPROVED;
    List<Vote> all = new ArrayList<>(votes);
    if (approves && vote != null) {
      all.add(vote);
    }
    return new ApprovalRequest(
        id,
        binding,
        next,
        requester,
        question,
        definition,
        policy,
        terms,
        shown,
        digest,
        asked,
        end == null ? until : Instant.parse(end),
        all,
        approves ? said : vote,
        leaf.kind() == EntryKind.APPROVAL_QUESTION,
        leaf.facts().text(Fact.INTENT),
        leaf.at(),
        version + 1);
  }

  /** The same, used by a call. */
  ApprovalRequest consumedBy(String entry, Instant now) {
    ApprovalRequest next = with(ApprovalState.CONSUMED, until, votes, null, now);
    return new ApprovalRequest(
        id,
        binding,
        next.state,
        requester,
        question,
        definition,
        policy,
        terms,
        shown,
        digest,
        asked,
        until,
        votes,
        null,
        false,
        entry,
        now,
        next.version);
  }
}
