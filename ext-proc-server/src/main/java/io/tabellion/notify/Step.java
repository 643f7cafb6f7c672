package io.tabellion.notify;

import io.tabellion.audit.EntryKind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What can happen to a request for approval that people may want to be told of. */
public enum Step {
  /** Somebody asks; people may decide. */
  PENDING("pending", EntryKind.APPROVAL_REQUESTED),
  /** Nobody decided for a while: a second group may decide too. */
  ESCALATED("escalated", EntryKind.APPROVAL_ESCALATED),
  /** Enough people approved. */
  APPROVED("approved", EntryKind.APPROVAL_APPROVED),
  /** A person let the call on without approval; somebody must review it. */
  BREAK_GLASS("break-glass", EntryKind.APPROVAL_BREAK_GLASS),
  /** The call left. */
  CONSUMED("consumed", EntryKind.APPROVAL_CONSUMED),
  /** The server answered. */
  COMPLETED("completed", EntryKind.APPROVAL_COMPLETED),
  /** The server answered with an error, or never got the call. */
  FAILED_UPSTREAM("failed-upstream", EntryKind.APPROVAL_FAILED),
  /** Nobody can say whether the server executed the call. */
  OUTCOME_UNKNOWN("outcome-unknown", EntryKind.APPROVAL_UNKNOWN),
  /** A person denied it. */
  DENIED("denied", EntryKind.APPROVAL_DENIED),
  /** Nobody decided in time, or the approved call did not come in time. */
  EXPIRED("expired", EntryKind.APPROVAL_EXPIRED),
  /** The requester withdrew it. */
  CANCELLED("cancelled", EntryKind.APPROVAL_CANCELLED),
  /** A person took the approval back. */
  REVOKED("revoked", EntryKind.APPROVAL_REVOKED),
  /** The policy or the definition of the tool changed. */
  SUPERSEDED("superseded", EntryKind.APPROVAL_SUPERSEDED);

  /** What can be decided, what ends that, and alarms. */
  public static final Set<Step> USUAL =
      Set.copyOf(
          EnumSet.complementOf(EnumSet.of(CONSUMED, COMPLETED, FAILED_UPSTREAM, OUTCOME_UNKNOWN)));

  private final String word;
  private final EntryKind kind;

  Step(String word, EntryKind kind) {
    this.word = word;
    this.kind = kind;
  }

  /** The word in messages and in the configuration. */
  public String word() {
    return word;
  }

  /** The state in which it leaves the request. */
  String state() {
    return switch (this) {
      case ESCALATED -> PENDING.word;
      case BREAK_GLASS -> APPROVED.word;
      case PENDING,
          APPROVED,
          CONSUMED,
          COMPLETED,
          FAILED_UPSTREAM,
          OUTCOME_UNKNOWN,
          DENIED,
          EXPIRED,
          CANCELLED,
          REVOKED,
          SUPERSEDED ->
          word;
    };
  }

  /** Whether people may decide after it. */
  boolean asks() {
    return this == PENDING || this == ESCALATED;
  }

  static Optional<Step> of(EntryKind kind) {
    return Stream.of(values()).filter(step -> step.kind == kind).findFirst();
  }

  static Optional<Step> of(String word) {
    return Stream.of(values()).filter(step -> step.word.equals(word)).findFirst();
  }
}
