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
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One call that people decide about, and what they said.
 *
 * <p>Immutable and thread-safe.
 */
public final class ApprovalRequest {

  /** What questions call those whom a call is of; unknown where the log does not have it whole. */
  private static final Set<String> NAMES_OF_REQUESTER =
      Set.of("principal.subject", "principal.actors", "principal.client", "principal.workload");

  /** What ids begin with. */
  static final String PREFIX = "apr-";

  /** How long what is over is remembered: a denial counts for identical calls so long. */
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  /**
   * What does not change.
   *
   * @param id names it to people: {@code apr-} and digits made of the id of its first entry
   * @param binding keyed digest of all that the approval is for; a call of another binding is
   *     another call
   * @param requester whose call it is
   * @param question what was put to the policy; without arguments where they are large
   * @param definition digest of the tool's definition; null if none is known
   * @param policy digest of the policy that asks
   * @param rules ids of the rules that asked
   * @param terms what these rules want; all must be met. Empty after a restart, where the policy
   *     does not say it any more
   * @param shown the call as approvers may see it, masked; null if it is too large for the memory
   *     (the entry of the request has it) or if nothing may be seen
   * @param digest keyed digest of what approvers are shown; a vote must name it
   * @param asked when
   */
  record Call(
      String id,
      String binding,
      Requester requester,
      Question question,
      @Nullable String definition,
      String policy,
      List<String> rules,
      List<ApprovalTerms> terms,
      @Nullable ByteString shown,
      String digest,
      Instant asked) {

    Call {
      rules = List.copyOf(rules);
      terms = List.copyOf(terms);
    }

    /** A new one: its rules are those of the terms. */
    Call(
        String id,
        String binding,
        Requester requester,
        Question question,
        @Nullable String definition,
        String policy,
        List<ApprovalTerms> terms,
        @Nullable ByteString shown,
        String digest,
        Instant asked) {
      this(
          id,
          binding,
          requester,
          question,
          definition,
          policy,
          terms.stream().map(ApprovalTerms::rule).distinct().toList(),
          terms,
          shown,
          digest,
          asked);
    }
  }

  private final Call call;
  private final Course course;

  ApprovalRequest(Call call, Course course) {
    this.call = call;
    this.course = course;
  }

  // What it is about.

  /** Names it to people: {@code apr-} and 12 hex digits. */
  public String id() {
    return call.id;
  }

  /** Keyed digest of all that the approval is for; a call of another binding is another call. */
  public String binding() {
    return call.binding;
  }

  /** Whose call it is. */
  public Requester requester() {
    return call.requester;
  }

  /** What was put to the policy; without arguments where they are large. */
  public Question question() {
    return call.question;
  }

  /** Digest of the tool's definition; null if none is known. */
  public @Nullable String definition() {
    return call.definition;
  }

  /** Digest of the policy that asks. */
  public String policy() {
    return call.policy;
  }

  /** What the rules that fired want; all must be met. */
  public List<ApprovalTerms> terms() {
    return call.terms;
  }

  /**
   * The call as approvers may see it, masked; null if it is too large for the memory (the entry of
   * the request has it) or if nothing may be seen.
   */
  public @Nullable ByteString shown() {
    return call.shown;
  }

  /** Keyed digest of what approvers are shown; a vote must name it. */
  public String digest() {
    return call.digest;
  }

  /** When the call was made. */
  public Instant asked() {
    return call.asked;
  }

  // How far it has come.

  /** Where it stands. */
  public ApprovalState state() {
    return course.state();
  }

  /** When it expires: without a decision, or without use of the approval. */
  public Instant until() {
    return course.until();
  }

  /** Approvals, in their order. */
  public List<Vote> votes() {
    return course.votes();
  }

  /** Of whoever denied, revoked or asked back; null if nobody did. */
  public @Nullable Vote said() {
    return course.said();
  }

  /** Whether {@link #said} is a question to the requester. */
  public boolean asksBack() {
    return course.asksBack();
  }

  /** Ids of the rules whose second approvers may decide as well by now. */
  public Set<String> escalated() {
    return course.escalated();
  }

  /** Of whoever let the call on without approval; null if nobody did. */
  public @Nullable Vote broke() {
    return course.broke() == null ? null : course.broke().by();
  }

  /**
   * Of whoever looked afterwards at a call that was let on without approval; null if nobody did.
   */
  public @Nullable Vote reviewed() {
    return course.reviewed();
  }

  /** Entry id of the call that used the approval; null before. */
  public @Nullable String intent() {
    return course.intent();
  }

  /** When it came to where it is. */
  public Instant changed() {
    return course.changed();
  }

  /** Grows with each change. */
  public int version() {
    return course.version();
  }

  // What follows from that.

  /** Whether it means nothing any more. */
  boolean isForgotten(Instant now) {
    return state().isOver() && !isUnreviewed() && changed().plus(REMEMBERED).isBefore(now);
  }

  /** Whether its time is over. */
  public boolean isLate(Instant now) {
    return state().isOpen() && !now.isBefore(until());
  }

  /** Whether it was let on without approval, and nobody looked at it since. */
  public boolean isUnreviewed() {
    return broke() != null && reviewed() == null;
  }

  /** Until when somebody must look at what was let on without approval; null if nobody need. */
  public @Nullable Instant reviewUntil() {
    return course.broke() == null || reviewed() != null ? null : course.broke().reviewBy();
  }

  /** Whether a rule wants approvers to say why. */
  public boolean wantsReasons() {
    return terms().stream().anyMatch(ApprovalTerms::reasonRequired);
  }

  /** How many people must approve by the strictest rule. */
  public int quorum() {
    return terms().stream().mapToInt(ApprovalTerms::quorum).max().orElse(1);
  }

  /** Ids of the rules that asked. */
  public List<String> rules() {
    return call.rules;
  }

  /** What further calls an approver may let on; null if none. */
  public Vote.@Nullable Window window() {
    List<Vote.@Nullable Window> all = new ArrayList<>();
    for (ApprovalTerms wanted : terms()) {
      ApprovalTerms.Window window = wanted.window();
      all.add(window == null ? null : new Vote.Window(window.longest(), window.uses()));
    }
    return narrowest(all);
  }

  /** What further calls all who approved let on; null if none. */
  Vote.@Nullable Window given() {
    List<Vote.@Nullable Window> all = new ArrayList<>();
    votes().forEach(vote -> all.add(vote.window()));
    return narrowest(all);
  }

  private static Vote.@Nullable Window narrowest(List<Vote.@Nullable Window> all) {
    Vote.Window narrowest = all.isEmpty() ? null : all.getFirst();
    for (Vote.Window window : all) {
      narrowest = Vote.Window.narrower(narrowest, window);
    }
    return narrowest;
  }

  /** Whether further calls must be identical, by one of the rules. */
  public boolean windowIsForIdenticalCalls() {
    return terms().stream()
        .map(ApprovalTerms::window)
        .anyMatch(window -> window == null || window.calls() == null);
  }

  /**
   * Whether the person may decide, by each of the rules; nobody decides about a call of theirs, or
   * where the log does not tell all whose call it is.
   */
  public boolean mayDecide(Person person) {
    return Collections.disjoint(question().unknown(), NAMES_OF_REQUESTER) && isApprover(person);
  }

  private boolean isApprover(Person person) {
    return !requester().involves(person)
        && !terms().isEmpty()
        && terms().stream().allMatch(wanted -> mayDecide(wanted, question(), person, escalated()));
  }

  private static boolean mayDecide(
      ApprovalTerms wanted, Question question, Person person, Set<String> escalated) {
    ApprovalTerms.Escalation second = wanted.escalation();
    return wanted.approvers().may(question, person.subject(), person.groups())
        || (second != null
            && escalated.contains(wanted.rule())
            && second.approvers().may(question, person.subject(), person.groups()));
  }

  /** Whether the person may let it on without approval, by each of the rules. */
  public boolean mayBreakGlass(Person person) {
    return mayBreakGlass(question(), terms(), person);
  }

  private static boolean mayBreakGlass(
      Question question, List<ApprovalTerms> terms, Person person) {
    return !terms.isEmpty()
        && terms.stream()
            .map(ApprovalTerms::breakGlass)
            .allMatch(broken ->
                broken != null && broken.who().may(question, person.subject(), person.groups()));
  }

  /**
   * Whether the person may look at it afterwards: not who let it on, not whose call it is. Where
   * the rules changed since, whoever may decide about calls at all.
   */
  public boolean mayReview(Person person) {
    Vote broke = broke();
    return broke != null
        && !broke.who().is(person)
        && !requester().involves(person)
        && (terms().isEmpty() || isApprover(person));
  }

  /** Whether the person approved already. */
  public boolean hasVoteOf(Person person) {
    return votes().stream().anyMatch(vote -> vote.who().is(person));
  }

  /** Whether a call may go on by what people said, as its rules ask for it now. */
  boolean letsOn(HeldCall now) {
    Vote broke = broke();
    return broke == null
        ? suffices(now.requester(), now.question(), now.terms(), votes(), escalated())
        : mayBreakGlass(now.question(), now.terms(), broke.who());
  }

  /**
   * Whether enough people approved, by rules and a question that may be newer than those of the
   * votes.
   *
   * @param escalated ids of the rules whose second approvers count
   */
  static boolean suffices(
      Requester requester,
      Question question,
      List<ApprovalTerms> terms,
      List<Vote> votes,
      Set<String> escalated) {
    return !terms.isEmpty()
        && terms.stream()
            .allMatch(wanted -> {
              List<Person> counted = new ArrayList<>();
              for (Vote vote : votes) {
                Person who = vote.who();
                boolean counts =
                    !requester.involves(who)
                        && counted.stream().noneMatch(who::is)
                        && mayDecide(wanted, question, who, escalated);
                if (counts) {
                  counted.add(who);
                }
              }
              return counted.size() >= wanted.quorum();
            });
  }

  /** Ids of the rules whose second approvers may decide from now on. */
  Set<String> escalates(Instant now) {
    Set<String> due = new LinkedHashSet<>();
    if (state() == ApprovalState.PENDING) {
      for (ApprovalTerms wanted : terms()) {
        ApprovalTerms.Escalation second = wanted.escalation();
        if (second != null
            && !escalated().contains(wanted.rule())
            && !now.isBefore(asked().plus(second.after()))) {
          due.add(wanted.rule());
        }
      }
    }
    return due;
  }

  // Steps.

  private ApprovalRequest next(Instant at, Function<Course.Next, Course.Next> step) {
    return new ApprovalRequest(call, step.apply(new Course.Next(course, at)).end());
  }

  /** The same with a vote more. Whether it suffices says {@link #suffices}. */
  ApprovalRequest approvedBy(Vote vote, Duration grant) {
    List<Vote> all = new ArrayList<>(votes());
    all.add(vote);
    return next(
        vote.at(),
        next ->
            suffices(requester(), question(), terms(), all, escalated())
                ? next.votes(all)
                    .state(ApprovalState.APPROVED)
                    .until(vote.at().plus(grant))
                    .said(null)
                : next.votes(all));
  }

  /** The same after somebody let it on without approval. */
  ApprovalRequest brokenBy(Vote vote, Duration grant) {
    Duration review =
        terms().stream()
            .map(ApprovalTerms::breakGlass)
            .filter(Objects::nonNull)
            .map(ApprovalTerms.BreakGlass::review)
            .min(Duration::compareTo)
            .orElseThrow();
    return next(
        vote.at(),
        next ->
            next.state(ApprovalState.APPROVED)
                .until(vote.at().plus(grant))
                .said(null)
                .broke(new Course.Broken(vote, vote.at().plus(review))));
  }

  /** The same after somebody looked at what was let on without approval. */
  ApprovalRequest reviewedBy(Vote vote) {
    return next(vote.at(), next -> next.reviewed(vote));
  }

  /** The same after somebody asked the requester something. */
  ApprovalRequest askedBack(Vote asking) {
    return next(asking.at(), next -> next.asks(asking));
  }

  /** The same once the second approvers of these rules may decide as well. */
  ApprovalRequest escalated(Set<String> rules, Instant now) {
    Set<String> all = new LinkedHashSet<>(escalated());
    all.addAll(rules);
    return next(now, next -> next.escalated(all));
  }

  /** The same in another state, by somebody's word. */
  ApprovalRequest ended(ApprovalState after, @Nullable Vote word, Instant now) {
    return next(now, next -> next.state(after).said(word));
  }

  /** The same, used by a call. */
  ApprovalRequest consumedBy(String entry, Instant now) {
    return next(now, next -> next.state(ApprovalState.CONSUMED).said(null).intent(entry));
  }

  /**
   * The same after the step that an entry tells of.
   *
   * @param vote of the person who took it; null if nobody did
   */
  ApprovalRequest told(Leaf leaf, @Nullable Vote vote) {
    EntryKind kind = leaf.kind();
    return next(
        leaf.at(),
        next -> {
          String end = leaf.facts().text(Fact.APPROVAL_UNTIL);
          next.until(end == null ? until() : Instant.parse(end))
              .intent(leaf.facts().text(Fact.INTENT));
          if (kind == EntryKind.APPROVAL_BREAK_GLASS && vote != null) {
            return next.state(ApprovalState.APPROVED)
                .said(null)
                .broke(new Course.Broken(vote, reviewBy(leaf)));
          }
          if (kind == EntryKind.APPROVAL_REVIEWED && vote != null) {
            return next.reviewed(vote);
          }
          if (kind == EntryKind.APPROVAL_ESCALATED) {
            Set<String> all = new LinkedHashSet<>(escalated());
            all.addAll(leaf.facts().texts(Fact.RULES));
            return next.escalated(all);
          }
          if (kind == EntryKind.APPROVAL_QUESTION && vote != null) {
            return next.asks(vote);
          }
          next.state(after(kind));
          boolean approves = kind == EntryKind.APPROVAL_VOTE || kind == EntryKind.APPROVAL_APPROVED;
          if (!approves) {
            return next.said(vote);
          }
          List<Vote> all = new ArrayList<>(votes());
          if (vote != null) {
            all.add(vote);
          }
          return next.votes(all);
        });
  }

  private static Instant reviewBy(Leaf leaf) {
    String by = leaf.facts().text(Fact.REVIEW_BY);
    return by == null ? leaf.at() : Instant.parse(by);
  }

  private ApprovalState after(EntryKind kind) {
    return Stream.of(ApprovalState.values())
        .filter(one -> one.kind() == kind)
        .findFirst()
        .orElse(state());
  }
}
