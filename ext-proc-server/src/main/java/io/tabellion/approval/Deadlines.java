package io.tabellion.approval;

import io.tabellion.audit.AuditUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Every second: ends requests whose time is over, that another policy asked for, or that operators
 * stop, and lets second approvers decide whose time has come.
 *
 * <p>Started and closed by one thread; one of its own does the work.
 */
public final class Deadlines implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Deadlines.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Ledger ledger;
  private final Supplier<String> policy;
  private final Predicate<ApprovalRequest> stopped;
  private final CountDownLatch closing = new CountDownLatch(1);
  private boolean failing; // of the thread

  private Deadlines(Ledger ledger, Supplier<String> policy, Predicate<ApprovalRequest> stopped) {
    this.ledger = ledger;
    this.policy = policy;
    this.stopped = stopped;
  }

  /**
   * Looks once, and from then on every second.
   *
   * @param policy digest of the policy in force
   * @param stopped whether operators stop the call that a request is about
   * @throws AuditUnavailableException if what is over cannot be recorded
   */
  public static Deadlines start(
      Ledger ledger, Supplier<String> policy, Predicate<ApprovalRequest> stopped)
      throws InterruptedException {
    ledger.sweep(policy.get(), stopped);
    Deadlines deadlines = new Deadlines(ledger, policy, stopped);
    Thread.ofPlatform().name("deadlines").daemon().start(deadlines::run);
    return deadlines;
  }

  @Override
  public void close() {
    closing.countDown();
  }

  private void run() {
    try {
      while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        sweep();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** While the log does not take entries nothing ends, and nothing is let on either. */
  private void sweep() throws InterruptedException {
    try {
      ledger.sweep(policy.get(), stopped);
      failing = false;
    } catch (AuditUnavailableException e) {
      if (!failing) {
        LOG.log(Level.WARNING, "requests for approval cannot end: {0}", e.getMessage());
      }
      failing = true;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.log(Level.ERROR, "requests for approval cannot end", e);
      }
      failing = true;
    }
  }
}
