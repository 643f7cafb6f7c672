package io.tabellion.approval;

import io.tabellion.audit.AuditLog;
import io.tabellion.state.SharedState;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/**
 * Where people see and decide requests.
 *
 * <p>Immutable and thread-safe.
 *
 * @param ledger the requests
 * @param decisions what people may do about them
 */
public record Office(Ledger ledger, Decisions decisions) {

  /**
   * An office over a log.
   *
   * @param masked makes of what people say what may be kept of it
   */
  public static Office of(
      SharedState state,
      AuditLog log,
      InstantSource clock,
      ApprovalSettings settings,
      UnaryOperator<String> masked) {
    Ledger ledger = new Ledger(state, log, clock);
    return new Office(ledger, new Decisions(ledger, clock, settings, masked));
  }
}
