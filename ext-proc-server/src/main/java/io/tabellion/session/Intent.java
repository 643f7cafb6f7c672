package io.tabellion.session;

import io.tabellion.audit.EntryId;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mcp.Operation;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One intent that was let on: a request, a notification, a client's answer, or a GET or DELETE.
 *
 * <p>Thread-safe: the exchange it came in and other streams of its session may find its answer at
 * the same time, and one of them gets it.
 */
public final class Intent {
  private final EntryId entry;
  private final @Nullable String method;
  private final Facts asked;

  /** Loses its params when nothing more is judged by them. */
  private volatile @Nullable Operation operation;

  private volatile boolean forgotten;

  private final AtomicBoolean answered = new AtomicBoolean();

  /** Written and read by the exchange that it came in. */
  private volatile boolean inVain;

  /** Written by whoever took the answer, read at the end of the exchange. */
  private volatile @Nullable Outcome outcome;

  /**
   * Of a message; a client's answer has no operation.
   *
   * @param asked what its entry says of the operation, and each about it says again
   */
  public Intent(EntryId entry, @Nullable Operation operation, Facts asked) {
    this(entry, operation, null, asked);
  }

  private Intent(
      EntryId entry, @Nullable Operation operation, @Nullable String method, Facts asked) {
    this.entry = entry;
    this.operation = operation;
    this.method = method;
    this.asked = asked;
  }

  /** Of a GET or DELETE, as the policy calls it: {@code http/get}. */
  public static Intent bodiless(EntryId entry, String method) {
    return new Intent(entry, null, method, Facts.builder().put(Fact.METHOD, method).build());
  }

  public EntryId entry() {
    return entry;
  }

  /** What was asked; null for a client's answer, GET and DELETE. */
  public @Nullable Operation operation() {
    return operation;
  }

  /** What its entry says of the operation, or of the GET or DELETE. */
  public Facts asked() {
    return asked;
  }

  /** What the policy calls a GET or DELETE; null for a message. */
  public @Nullable String bodiless() {
    return method;
  }

  /** The id that its answer has, null if it wants none. */
  public @Nullable RequestId id() {
    Operation asked = operation;
    return asked == null ? null : asked.id();
  }

  /** Whether an answer may still be released. */
  public boolean open() {
    return id() != null && !answered.get();
  }

  /** Takes the right to release the answer; there is one. */
  public boolean take() {
    return id() != null && answered.compareAndSet(false, true);
  }

  /** The call, for messages that belong to it; null if it is none. */
  public @Nullable Origin origin() {
    Operation asked = operation;
    if (asked == null || asked.id() == null) {
      return null;
    }
    return forgotten ? Origin.of(Origin.target(asked)) : Origin.of(asked);
  }

  /** The answer went: what was asked with need not stay in memory. */
  public void forgets() {
    forgotten = true;
    Operation asked = operation;
    operation = asked == null ? null : asked.withoutParams();
  }

  /** Its stream ended, and its answer may have been in what could not be read. */
  public void inVain() {
    inVain = true;
  }

  public boolean isInVain() {
    return inVain;
  }

  /** The answer was judged. */
  public void ended(Outcome how) {
    outcome = how;
  }

  /** How the answer turned out, null while there is none. */
  public @Nullable Outcome outcome() {
    return outcome;
  }
}
