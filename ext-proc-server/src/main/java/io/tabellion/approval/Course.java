package io.tabellion.approval;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a request for approval has come.
 *
 * <p>Immutable and thread-safe.
 *
 * @param state where it stands
 * @param until when it expires: without a decision, or without use of the approval
 * @param votes approvals, in their order
 * @param said of whoever denied, revoked or asked back; null if nobody did
 * @param asksBack whether {@code said} is a question to the requester
 * @param escalated ids of the rules whose second approvers may decide as well by now
 * @param broke how it was let on without approval; null if it was not
 * @param reviewed of whoever looked at that afterwards; null if nobody did
 * @param intent entry id of the call that used the approval; null before
 * @param changed when it came to where it is
 * @param version grows with each change
 */
record Course(
    ApprovalState state,
    Instant until,
    List<Vote> votes,
    @Nullable Vote said,
    boolean asksBack,
    Set<String> escalated,
    @Nullable Broken broke,
    @Nullable Vote reviewed,
    @Nullable String intent,
    Instant changed,
    int version) {

  /**
   * Let on without approval.
   *
   * @param by of whoever did
   * @param reviewBy until when another person must look at it
   */
  record Broken(Vote by, Instant reviewBy) {}

  Course {
    votes = List.copyOf(votes);
    escalated = Set.copyOf(escalated);
  }

  /** The beginning. */
  static Course pending(Instant asked, Instant until) {
    return new Course(
        ApprovalState.PENDING, until, List.of(), null, false, Set.of(), null, null, null, asked, 0);
  }

  /** What comes next, before it is one. Used by one thread. */
  static final class Next {
    private ApprovalState state;
    private Instant until;
    private List<Vote> votes;
    private @Nullable Vote said;
    private boolean asksBack;
    private Set<String> escalated;
    private @Nullable Broken broke;
    private @Nullable Vote reviewed;
    private @Nullable String intent;
    private final Instant at;
    private final int version;

    /** Nothing is new yet but the time. */
    Next(Course now, Instant at) {
      state = now.state;
      until = now.until;
      votes = now.votes;
      said = now.said;
      asksBack = now.asksBack;
      escalated = now.escalated;
      broke = now.broke;
      reviewed = now.reviewed;
      intent = now.intent;
      this.at = at;
      version = now.version + 1;
    }

    Next state(ApprovalState next) {
      if (next != state && !state.leadsTo(next)) {
        throw new IllegalStateException(
            "approval: %s to %s (expected: a step that there is)"
                .formatted(state.word(), next.word()));
      }
      state = next;
      return this;
    }

    Next until(Instant end) {
      until = end;
      return this;
    }

    Next votes(List<Vote> all) {
      votes = all;
      return this;
    }

    Next said(@Nullable Vote word) {
      said = word;
      asksBack = false;
      return this;
    }

    Next asks(Vote question) {
      said = question;
      asksBack = true;
      return this;
    }

    Next escalated(Set<String> rules) {
      escalated = rules;
      return this;
    }

    Next broke(Broken how) {
      broke = how;
      return this;
    }

    Next reviewed(Vote word) {
      reviewed = word;
      return this;
    }

    Next intent(@Nullable String entry) {
      intent = entry;
      return this;
    }

    Course end() {
      return new Course(
          state, until, votes, said, asksBack, escalated, broke, reviewed, intent, at, version);
    }
  }
}
