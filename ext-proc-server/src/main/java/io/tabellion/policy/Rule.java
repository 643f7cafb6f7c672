package io.tabellion.policy;

import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.cel.Expression;
import io.tabellion.yaml.DataSize;
import io.tabellion.yaml.Default;
import io.tabellion.yaml.Key;
import io.tabellion.yaml.Place;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a file.
 *
 * @param id names it in entries and messages
 * @param match which messages it is about
 * @param when which of them; null for all
 * @param then what happens with them; null for a rule that only masks
 * @param message for the agent whose call is refused
 * @param approval what is wanted of one, where the rule asks for it
 * @param mask what is masked of them
 * @param mode whether it counts
 */
record Rule(
    Id id,
    Match match,
    @Nullable Condition when,
    @Nullable Action then,
    @Nullable String message,
    @Nullable Approval approval,
    @Default("") List<MaskEntry> mask,
    @Default("enforce") Mode mode)
    implements Matching {
  private static final int LONGEST_MESSAGE = 1000;

  Rule {
    mask = List.copyOf(mask);
    if (then == null && mask.isEmpty()) {
      throw new IllegalArgumentException(
          "then: missing (expected: allow, deny or requireApproval, or a mask)");
    }
    if (message != null && message.length() > LONGEST_MESSAGE) {
      throw new IllegalArgumentException("message: too long (expected: at most 1000 characters)");
    }
    if (message != null && (then == null || then == Action.ALLOW)) {
      throw new IllegalArgumentException("message: never shown (expected: then: deny)");
    }
    if ((then == Action.REQUIRE_APPROVAL) != (approval != null)) {
      throw new IllegalArgumentException(
          approval == null
              ? "approval: missing (expected: who may approve, such as approval: {approvers: ...})"
              : "approval: never asked for (expected: then: requireApproval)");
    }
    if (then == Action.REQUIRE_APPROVAL && match.direction() != Direction.REQUEST) {
      throw new IllegalArgumentException(
          "then: requireApproval (expected: allow or deny, for only requests can wait)");
    }
    if (match.direction() != Direction.RESPONSE && readsAnswer(when, mask)) {
      throw new IllegalArgumentException(
          "when: reads response (expected: match: {direction: response})");
    }
  }

  private static boolean readsAnswer(@Nullable Condition when, List<MaskEntry> mask) {
    return (when != null && when.expression().reads("response"))
        || mask.stream()
            .anyMatch(
                entry -> entry.unless() != null && entry.unless().expression().reads("response"));
  }

  /** Whether it tells resources apart by their URIs. */
  boolean readsUri() {
    boolean others = match.tools() != null || match.prompts() != null;
    return match.resources() != null || (!others && readsUriInCondition());
  }

  private boolean readsUriInCondition() {
    return (when != null && Conditioned.readsUri(when.expression()))
        || mask.stream()
            .anyMatch(entry ->
                entry.unless() != null && Conditioned.readsUri(entry.unless().expression()));
  }

  /**
   * The rules that it is judged as. What lets pass counts if it is met in every reading, what masks
   * if it is in one: where readings can differ, a rule that does both is two.
   */
  Stream<Rule> parts() {
    boolean differ =
        match.resources() != null || (when != null && Conditioned.readsSeveral(when.expression()));
    return then == Action.ALLOW && !mask.isEmpty() && differ
        ? Stream.of(
            new Rule(id, match, when, then, null, null, List.of(), mode),
            new Rule(id, match, when, null, null, null, mask, mode))
        : Stream.of(this);
  }

  /** Whether one form of a URI is enough: the rule refuses, or masks. */
  @Override
  public boolean refuses() {
    return then != Action.ALLOW;
  }

  /**
   * Names a rule: what a leaf may hold for ever.
   *
   * @param place in the file
   */
  record Id(Place place, String text) {
    Id {
      if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
        throw new IllegalArgumentException("1 to 63 letters, digits, dots, dashes");
      }
    }
  }

  /** A condition, compiled. */
  record Condition(Expression expression) {}

  /** A condition on who may approve, compiled. */
  record Approvers(Expression expression) {}

  /**
   * What is wanted of an approval.
   *
   * @param approvers condition on who may
   * @param quorum how many people
   * @param reason whether an approver says why
   * @param ttl how long it may wait
   * @param grant for what it is good
   * @param channels names of those that are told
   * @param escalate who else may after a time
   * @param window what further calls an approver may let on
   * @param breakGlass who may let the call on without approval
   */
  record Approval(
      Approvers approvers,
      @Default("1") int quorum,
      @Default("optional") Reason reason,
      @Default("10m") Duration ttl,
      @Default("once") Grant grant,
      @Key("notify") @Default("") List<String> channels,
      @Nullable Escalate escalate,
      @Nullable Window window,
      @Nullable BreakGlass breakGlass) {
    private static final Duration LONGEST = Duration.ofDays(7);

    Approval {
      channels = List.copyOf(channels);
      if (quorum < 1 || quorum > 10) {
        throw new IllegalArgumentException("quorum: " + quorum + " (expected: 1 to 10)");
      }
      if (ttl.isZero() || ttl.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("ttl: out of range (expected: up to 7d)");
      }
      if (escalate != null && escalate.after().compareTo(ttl) >= 0) {
        throw new IllegalArgumentException("escalate.after: too long (expected: less than ttl)");
      }
    }
  }

  /**
   * Who else may approve, once nobody decided for a time.
   *
   * @param after how long
   * @param approvers condition on them
   */
  record Escalate(Duration after, Approvers approvers) {
    Escalate {
      if (after.isZero()) {
        throw new IllegalArgumentException("after: zero (expected: 1s or more)");
      }
    }
  }

  /**
   * What further calls an approver may let on.
   *
   * @param longest for how long
   * @param uses how many at most
   * @param when condition on them; without one only calls that are identical
   */
  record Window(
      @Default("1h") Duration longest, @Default("20") int uses, @Nullable Condition when) {
    private static final Duration CAP = Duration.ofHours(8);
    private static final int MOST = 1_000;

    Window {
      if (longest.isZero() || longest.compareTo(CAP) > 0) {
        throw new IllegalArgumentException("longest: out of range (expected: up to 8h)");
      }
      if (uses < 1 || uses > MOST) {
        throw new IllegalArgumentException("uses: " + uses + " (expected: 1 to 1000)");
      }
    }
  }

  /**
   * Who may let a call on without approval.
   *
   * @param who condition on them
   * @param review within which time another person must look at it
   */
  record BreakGlass(Approvers who, @Default("24h") Duration review) {
    private static final Duration LONGEST = Duration.ofDays(7);

    BreakGlass {
      if (review.isZero() || review.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("review: out of range (expected: up to 7d)");
      }
    }
  }

  /** Whether an approver says why. */
  enum Reason {
    REQUIRED,
    OPTIONAL
  }

  /** For what an approval is good: one call. */
  enum Grant {
    ONCE
  }

  /**
   * A limit: what is over it is refused like what a rule denies.
   *
   * @param id names it like a rule; unique among both
   * @param match which messages; of nothing else said, calls of tools
   * @param calls how many
   * @param request how large a request may be
   * @param answer how large an answer may be
   * @param message for the agent
   */
  record Limit(
      Id id,
      @Default("") Match match,
      @Nullable Calls calls,
      @Nullable DataSize request,
      @Nullable DataSize answer,
      @Nullable String message,
      @Default("enforce") Mode mode)
      implements Matching {

    Limit {
      match = match.orMethods(List.of(Match.Method.parse(Methods.TOOLS_CALL)));
      if (match.direction() != Direction.REQUEST) {
        throw new IllegalArgumentException(
            "match.direction: not for limits (expected: request or answer with a size)");
      }
      if (calls == null && request == null && answer == null) {
        throw new IllegalArgumentException("limits nothing (expected: calls, request or answer)");
      }
      if (message != null && message.length() > LONGEST_MESSAGE) {
        throw new IllegalArgumentException("message: too long (expected: at most 1000 characters)");
      }
    }

    @Override
    public boolean refuses() {
      return true;
    }
  }

  /**
   * So many calls in any stretch of time.
   *
   * @param most how many
   * @param per in how long
   * @param by whose calls are counted together: those of equal parts
   */
  record Calls(@Key("max") int most, Duration per, @Default("") List<Part> by) {
    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofDays(1);

    Calls {
      by = by.isEmpty() ? List.of(Part.PRINCIPAL) : List.copyOf(by);
      if (most < 1 || most > MOST) {
        throw new IllegalArgumentException("max: " + most + " (expected: 1 to 10000)");
      }
      if (per.toMillis() < 1000 || per.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("per: out of range (expected: 1s to 1d)");
      }
    }

    /** What calls have in common that are counted together. */
    enum Part {
      PRINCIPAL,
      SERVER,
      TOOL
    }
  }
}
