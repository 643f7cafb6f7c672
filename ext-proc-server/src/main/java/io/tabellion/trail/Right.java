package io.tabellion.trail;

/** What a use case needs of a reader's {@link Role}. */
enum Right {
  /** Looking: entries, contents, proofs, pins. */
  READ("auditor, responder or admin"),
  /** Letting callers use another definition of a tool. */
  ACCEPT_PINS("admin"),
  /** Looking at calls that wait for people. */
  READ_APPROVALS("approver, auditor, responder or admin"),
  /** Deciding about them, where the policy says that this person may. */
  DECIDE("approver or admin"),
  /** Stopping callers, servers and tools, and lifting that. */
  STOP("responder or admin");

  private final String roles;

  Right(String roles) {
    this.roles = roles;
  }

  /** The roles that have it, for people. */
  String roles() {
    return roles;
  }
}
