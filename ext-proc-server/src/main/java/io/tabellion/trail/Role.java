package io.tabellion.trail;

import java.util.Locale;
import java.util.Set;

/** What a reader is, as the configuration says. */
public enum Role {
  /** Reads entries and their content. */
  AUDITOR(Right.READ, Right.READ_APPROVALS),
  /** Sees calls that wait for people, and decides about them. */
  APPROVER(Right.READ_APPROVALS, Right.DECIDE),
  /** Does what an auditor does, and stops callers, servers and tools. */
  RESPONDER(Right.READ, Right.READ_APPROVALS, Right.STOP),
  /** Does what they all do, and decides about pins. */
  ADMIN(Right.READ, Right.READ_APPROVALS, Right.DECIDE, Right.STOP, Right.ACCEPT_PINS);

  @SuppressWarnings("ImmutableEnumChecker") // Set.of
  private final Set<Right> rights;

  Role(Right... rights) {
    this.rights = Set.of(rights);
  }

  boolean has(Right right) {
    return rights.contains(right);
  }

  /** The word in entries, in messages and in the configuration. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
