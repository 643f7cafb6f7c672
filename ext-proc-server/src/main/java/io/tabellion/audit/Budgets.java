package io.tabellion.audit;

import io.tabellion.audit.AuditUnavailableException.Code;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What callers and servers may bring in a minute. Only the start of a call is refused; what belongs
 * to a call that was let in is charged, into debt if need be.
 *
 * <p>Thread-safe: guarded by itself.
 */
final class Budgets {
  /** Idle windows are forgotten beyond this many. */
  private static final int MANY = 10_000;

  private static final double MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final Budget account;
  private final Budget server;
  private final LongSupplier nanos;
  private final Map<String, Window> windows = new HashMap<>();

  Budgets(Budget account, Budget server, LongSupplier nanos) {
    this.account = account;
    this.server = server;
    this.nanos = nanos;
  }

  /**
   * Takes one call with {@code bytes} out of both windows.
   *
   * @throws AuditUnavailableException if one of them has too little left
   */
  synchronized void take(String accountName, String serverName, long bytes) {
    Window ofAccount = window("a/" + accountName, account);
    Window ofServer = window("s/" + serverName, server);
    if (!ofAccount.has(bytes)) {
      throw spent("caller");
    }
    if (!ofServer.has(bytes)) {
      throw spent("server");
    }
    ofAccount.take(1, bytes);
    ofServer.take(1, bytes);
  }

  /** Gives back bytes that were taken and not used; a negative number charges more. */
  synchronized void giveBack(String accountName, String serverName, long bytes) {
    window("a/" + accountName, account).take(0, -bytes);
    window("s/" + serverName, server).take(0, -bytes);
  }

  private Window window(String name, Budget budget) {
    if (windows.size() > MANY) {
      windows.values().removeIf(Window::isFull);
    }
    Window window = windows.computeIfAbsent(name, _ -> new Window(budget));
    window.refill();
    return window;
  }

  private static AuditUnavailableException spent(String whose) {
    return new AuditUnavailableException(Code.BUDGET, "budget of the " + whose + ": spent for now");
  }

  /** A token bucket that fills up in a minute. */
  private final class Window {
    private final double mostEntries;
    private final double mostBytes;
    private double entries;
    private double bytes;
    private long filledAt = nanos.getAsLong();

    Window(Budget budget) {
      mostEntries = (double) budget.entries();
      mostBytes = (double) budget.bytes();
      entries = mostEntries;
      bytes = mostBytes;
    }

    void refill() {
      long now = nanos.getAsLong();
      double part = (now - filledAt) / MINUTE;
      entries = Math.min(mostEntries, entries + part * mostEntries);
      bytes = Math.min(mostBytes, bytes + part * mostBytes);
      filledAt = now;
    }

    boolean has(long wanted) {
      return entries >= 1 && bytes >= wanted;
    }

    boolean isFull() {
      refill();
      return entries >= mostEntries && bytes >= mostBytes;
    }

    void take(long takenEntries, long takenBytes) {
      entries -= takenEntries;
      bytes = Math.min(mostBytes, bytes - takenBytes);
    }
  }
}
