package io.tabellion.trail;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.WindowGrant;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Fact;
import io.tabellion.pin.Pins;
import io.tabellion.state.Changes;
import io.tabellion.stop.Stops;
import java.util.List;
import java.util.Objects;

/** That an entry about what a reader sees or does is durable. Only with one is anything shown. */
final class Recorded {

  private Recorded() {}

  /**
   * Appends the entry, and so makes the ticket. Blocks its caller.
   *
   * @param permit of the reader whom the entry names
   * @throws io.tabellion.audit.AuditUnavailableException if it could not be made durable
   */
  static Recorded in(AuditLog log, Permit permit, Entry entry) throws InterruptedException {
    if (!permit.reader().name().equals(entry.facts().text(Fact.READER))) {
      throw new IllegalArgumentException("entry: names another (expected: the permit's reader)");
    }
    log.append(List.of(entry));
    return new Recorded();
  }

  /** The same for an entry that tells of changes of pins: both are made, or neither. */
  static Recorded in(AuditLog log, Permit permit, Entry entry, Pins pins, Changes changes)
      throws InterruptedException {
    requireNamed(permit, entry);
    pins.commit(changes, log, List.of(entry));
    return new Recorded();
  }

  /** The same for an entry that tells of changes of stops. */
  static Recorded in(AuditLog log, Permit permit, Entry entry, Stops stops, Changes changes)
      throws InterruptedException {
    requireNamed(permit, entry);
    stops.state().commit(changes.list(), log, List.of(entry));
    return new Recorded();
  }

  /**
   * What a person decided is durable already: the ledger returns no request before its entry is.
   *
   * @param decided as the ledger returned it
   */
  static Recorded of(Permit permit, ApprovalRequest decided) {
    Objects.requireNonNull(permit, "permit");
    Objects.requireNonNull(decided, "decided");
    return new Recorded();
  }

  /** The same of a grant that a person ended. */
  static Recorded of(Permit permit, WindowGrant ended) {
    Objects.requireNonNull(permit, "permit");
    Objects.requireNonNull(ended, "ended");
    return new Recorded();
  }

  private static void requireNamed(Permit permit, Entry entry) {
    if (!permit.reader().name().equals(entry.facts().text(Fact.READER))) {
      throw new IllegalArgumentException("entry: names another (expected: the permit's reader)");
    }
  }

  /** Returns what the entry tells of, to be shown. */
  <A> Shown<A> shows(A answer) {
    return Shown.of(this, answer);
  }
}
