package io.tabellion.audit;

import java.util.Optional;

/**
 * Why a message did not go on as it came, or has no answer: the closed set of the REASON fact of
 * messages, beside the faults of requests.
 */
public enum Reason implements FactWord {
  POLICY("policy", "a rule does not let it through"),
  UNREADABLE("unreadable", "it could not be read"),
  SHAPE("shape", "it has not the form of its type"),
  TOO_DEEP("too-deep", "it is nested too deep"),
  TWICE("duplicate-member", "an object in it has one member twice"),
  TOO_LONG("too-long", "a member name or a number in it is too long"),
  BATCH("batch", "a batch is not allowed here"),
  UNKNOWN_ID("unknown-id", "it does not answer the request"),
  REDELIVERED("redelivered", "it was released before"),
  NOT_ASKED("not-asked", "nobody asked for it"),
  INPUT_REQUEST("input-request", "it asks of the client what is not allowed"),
  MEDIA_TYPE("media-type", "it is neither JSON nor an event stream"),
  ENCODED("content-encoding", "it is encoded"),
  TOO_LARGE("too-large", "it is too large"),
  NO_ROOM("no-room", "there is no room for it at the moment"),
  REDIRECT("redirect", "the server sends elsewhere"),
  INTERIM("interim", "the server switches to another protocol"),
  EVENT_NAME("event-name", "no client takes an event of this name for a message"),
  SESSION_TAKEN("session-taken", "its session id belongs to somebody else"),
  UNANSWERED("unanswered", "no answer came"),
  ENVOY("envoy", "Envoy answered by itself"),
  QUARANTINED("quarantined", "nobody accepted the definition of the tool"),
  NEEDS_APPROVAL("needs-approval", "nobody approved it"),
  APPROVAL_PENDING("approval-pending", "a person has to decide about it"),
  APPROVAL_QUESTION("approval-question", "an approver asks back"),
  APPROVAL_DENIED("approval-denied", "a person denied it"),
  APPROVAL_EXPIRED("approval-expired", "nobody decided in time"),
  APPROVAL_CANCELLED("approval-cancelled", "the requester withdrew it"),
  APPROVAL_REVOKED("approval-revoked", "a person took the approval back"),
  APPROVAL_SUPERSEDED("approval-superseded", "the policy or the tool changed"),
  APPROVAL_USED("approval-used", "the approval was used by another call"),
  APPROVAL_LIMIT("approval-limit", "too many calls of the caller wait, or were denied"),
  APPROVAL_IDENTITY("approval-identity", "nothing of the caller is verified"),
  APPROVAL_NUMBER("approval-number", "a number in it may be read differently"),
  STOPPED("stopped", "an operator stopped it"),
  PASSAGE("passage", "it is not the call that another place let on");

  private final String word;
  private final String text;

  Reason(String word, String text) {
    this.word = word;
    this.text = text;
  }

  /** Returns the one of this word; empty if there is none. */
  public static Optional<Reason> of(String word) {
    return FactWord.find(values(), word);
  }

  /** Whether a rule asks for the approval of a person, and the call did not go on for that. */
  public boolean asksForApproval() {
    return switch (this) {
      case NEEDS_APPROVAL,
          APPROVAL_PENDING,
          APPROVAL_QUESTION,
          APPROVAL_DENIED,
          APPROVAL_EXPIRED,
          APPROVAL_CANCELLED,
          APPROVAL_REVOKED,
          APPROVAL_SUPERSEDED,
          APPROVAL_USED,
          APPROVAL_LIMIT,
          APPROVAL_IDENTITY,
          APPROVAL_NUMBER ->
          true;
      default -> false;
    };
  }

  @Override
  public String word() {
    return word;
  }

  /** For whoever gets the refusal; completes "it was withheld (…)". */
  public String text() {
    return text;
  }
}
