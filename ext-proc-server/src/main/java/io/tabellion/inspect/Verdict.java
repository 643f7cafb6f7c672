package io.tabellion.inspect;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.FactWord;
import io.tabellion.audit.Reason;
import io.tabellion.mcp.ApprovalNotice;
import io.tabellion.mcp.Fault;
import io.tabellion.policy.Decision;
import io.tabellion.stop.Stop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to become of one message. */
sealed interface Verdict {

  /** It goes on. */
  record Allowed(Decision decision) implements Verdict {}

  /** It goes on, and the policy has no say in it: nothing of anybody's is in it. */
  record Passed() implements Verdict {
    @Override
    public @Nullable Decision decision() {
      return null;
    }
  }

  /** The policy does not let the request on. */
  record Denied(Decision decision) implements Verdict {}

  /** The tool's definition is not the accepted one: a person has to look at it first. */
  record Quarantined(Decision decision) implements Verdict {}

  /**
   * A person approved the request, and it goes on.
   *
   * @param approval id of the request for approval
   */
  record Approved(Decision decision, String approval) implements Verdict {}

  /**
   * The request goes on if a person approves it; nobody did so far.
   *
   * @param notice what the client is told; null if nobody was asked
   */
  record Unapproved(Decision decision, @Nullable ApprovalNotice notice) implements Verdict {}

  /** An operator stopped what it belongs to: the policy is not asked. */
  record Stopped(Stop stop) implements Verdict {
    @Override
    public @Nullable Decision decision() {
      return null;
    }
  }

  /**
   * It is none that we accept.
   *
   * @param decision what the policy said all the same, null where it was not asked
   */
  record Refused(Fault fault, @Nullable Decision decision) implements Verdict {}

  /** A message that goes no further; nothing stands in its place. */
  record Dropped(Reason reason, @Nullable Decision decision) implements Verdict {}

  /** An answer that is replaced by words of ours. */
  record Withheld(Reason reason, @Nullable Decision decision) implements Verdict {}

  /** A decision of the policy on a request. */
  static Verdict of(Decision decision) {
    return switch (decision.action()) {
      case ALLOW -> new Allowed(decision);
      case REQUIRE_APPROVAL -> new Unapproved(decision, null);
      case DENY -> new Denied(decision);
    };
  }

  default boolean allows() {
    return this instanceof Allowed || this instanceof Passed || this instanceof Approved;
  }

  /** Whether it goes on, or may do so once a person allows it. */
  default boolean mayGoOn() {
    return allows() || this instanceof Unapproved;
  }

  /** The DECISION fact. */
  default Disposition disposition() {
    return switch (this) {
      case Allowed _, Passed _, Approved _ -> Disposition.ALLOWED;
      case Denied _, Unapproved _, Quarantined _, Stopped _ -> Disposition.DENIED;
      case Refused _ -> Disposition.REFUSED;
      case Dropped _ -> Disposition.DROPPED;
      case Withheld _ -> Disposition.WITHHELD;
    };
  }

  /** The REASON fact, null where a rule or default is reason enough. */
  default @Nullable FactWord why() {
    return switch (this) {
      case Allowed _, Passed _, Approved _, Denied _ -> null;
      case Quarantined _ -> Reason.QUARANTINED;
      case Unapproved(Decision _, ApprovalNotice notice) -> why(notice);
      case Stopped _ -> Reason.STOPPED;
      case Refused(Fault fault, Decision _) -> fault.kind()::word;
      case Dropped(Reason reason, Decision _) -> reason;
      case Withheld(Reason reason, Decision _) -> reason;
    };
  }

  private static Reason why(@Nullable ApprovalNotice notice) {
    if (notice == null) {
      return Reason.NEEDS_APPROVAL;
    }
    return switch (notice.state()) {
      case PENDING, WAITING -> Reason.APPROVAL_PENDING;
      case QUESTION -> Reason.APPROVAL_QUESTION;
      case DENIED -> Reason.APPROVAL_DENIED;
      case EXPIRED -> Reason.APPROVAL_EXPIRED;
      case CANCELLED -> Reason.APPROVAL_CANCELLED;
      case REVOKED -> Reason.APPROVAL_REVOKED;
      case SUPERSEDED -> Reason.APPROVAL_SUPERSEDED;
      case USED, RUNNING -> Reason.APPROVAL_USED;
      case TOO_MANY, COOLING -> Reason.APPROVAL_LIMIT;
      case NOBODY -> Reason.APPROVAL_IDENTITY;
      case NUMBER -> Reason.APPROVAL_NUMBER;
    };
  }

  /** What the policy said, null where it was not asked. */
  @Nullable Decision decision();

  /** Ids of the rules that fired. */
  default List<String> rules() {
    Decision decision = decision();
    return decision == null ? List.of() : decision.rules();
  }
}
