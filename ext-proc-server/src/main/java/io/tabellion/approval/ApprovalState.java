package io.tabellion.approval;

import io.tabellion.audit.EntryKind;

/** Where a request for approval stands. Each but {@link #PENDING} has a kind of entry. */
public enum ApprovalState {
  /** People may decide. */
  PENDING("pending", EntryKind.APPROVAL_REQUESTED),
  /** Enough people approved; the call may leave once. */
  APPROVED("approved", EntryKind.APPROVAL_APPROVED),
  /** The call left; nobody may use the approval again. */
  CONSUMED("consumed", EntryKind.APPROVAL_CONSUMED),
  /** The server answered the call. */
  COMPLETED("completed", EntryKind.APPROVAL_COMPLETED),
  /** The server answered with an error, or never got the call. */
  FAILED_UPSTREAM("failed-upstream", EntryKind.APPROVAL_FAILED),
  /** Nobody can say whether the server executed the call. It is never repeated by us. */
  OUTCOME_UNKNOWN("outcome-unknown", EntryKind.APPROVAL_UNKNOWN),
  /** A person denied it. */
  DENIED("denied", EntryKind.APPROVAL_DENIED),
  /** Nobody decided in time, or the approved call did not come in time. */
  EXPIRED("expired", EntryKind.APPROVAL_EXPIRED),
  /** The requester withdrew it. */
  CANCELLED("cancelled", EntryKind.APPROVAL_CANCELLED),
  /** A person took the approval back before it was used. */
  REVOKED("revoked", EntryKind.APPROVAL_REVOKED),
  /** The policy or the definition of the tool changed: it must be asked for again. */
  SUPERSEDED("superseded", EntryKind.APPROVAL_SUPERSEDED);

  private final String word;
  private final EntryKind kind;

  ApprovalState(String word, EntryKind kind) {
    this.word = word;
    this.kind = kind;
  }

  /** The word in entries, in the API and on the command line. */
  public String word() {
    return word;
  }

  /** The kind of the entry with which a request comes to this state. */
  public EntryKind kind() {
    return kind;
  }

  /** Whether a person or time may still change it, or the call may still use it. */
  public boolean isOpen() {
    return this == PENDING || this == APPROVED;
  }

  /** Whether nothing follows. */
  public boolean isOver() {
    return !isOpen() && this != CONSUMED;
  }

  /** Whether a request may go from this state to another. */
  public boolean leadsTo(ApprovalState next) {
    return switch (this) {
      case PENDING ->
          switch (next) {
            case APPROVED, DENIED, EXPIRED, CANCELLED, SUPERSEDED -> true;
            case PENDING, // a vote or a question more
                REVOKED,
                CONSUMED,
                COMPLETED,
                FAILED_UPSTREAM,
                OUTCOME_UNKNOWN ->
                next == PENDING;
          };
      case APPROVED ->
          switch (next) {
            case CONSUMED, EXPIRED, REVOKED, CANCELLED, SUPERSEDED -> true;
            case PENDING, APPROVED, DENIED, COMPLETED, FAILED_UPSTREAM, OUTCOME_UNKNOWN -> false;
          };
      case CONSUMED -> next == COMPLETED || next == FAILED_UPSTREAM || next == OUTCOME_UNKNOWN;
      case COMPLETED,
          FAILED_UPSTREAM,
          OUTCOME_UNKNOWN,
          DENIED,
          EXPIRED,
          CANCELLED,
          REVOKED,
          SUPERSEDED ->
          false;
    };
  }
}
