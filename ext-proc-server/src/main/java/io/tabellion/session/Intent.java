package io.tabellion.session;

import io.tabellion.audit.EntryId;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mcp.Operation;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import io.tabellion.trace.CallSpan;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One intent that was let on: a request, a notification, a client's answer, or a GET or DELETE.
 *
 * <p>Thread-safe: the exchange it came in and other streams of its session may find its answer at
 * the same time, and one of them gets it. The right to answer is a record of the {@link
 * SharedState}: it is there from the entry of the intent until an answer takes it.
 */
public final class Intent {
  private static final Kind<Right> RIGHTS = Kind.lasting("right to answer");

  private final SharedState state;
  private final EntryId entry;
  private final @Nullable String method;
  private final Facts asked;

  /** Loses its params when nothing more is judged by them. */
  private volatile @Nullable Operation operation;

  private volatile boolean forgotten;

  /** The exchange it came in, and its session, may still look for its answer. */
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Written and read by the exchange that it came in. */
  private volatile boolean inVain;

  /** Its span, which ends with it; written before others know of it. */
  private volatile CallSpan span = CallSpan.NONE;

  /** Written by whoever took the answer, read at the end of the exchange. */
  private volatile @Nullable Outcome outcome;

  /**
   * Of a message; a client's answer has no operation.
   *
   * @param asked what its entry says of the operation, and each about it says again
   */
  public Intent(SharedState state, EntryId entry, @Nullable Operation operation, Facts asked) {
    this(state, entry, operation, null, asked);
  }

  private Intent(
      SharedState state,
      EntryId entry,
      @Nullable Operation operation,
      @Nullable String method,
      Facts asked) {
    this.state = state;
    this.entry = entry;
    this.operation = operation;
    this.method = method;
    this.asked = asked;
  }

  /** Of a GET or DELETE, as the policy calls it: {@code http/get}. */
  public static Intent bodiless(SharedState state, EntryId entry, String method) {
    return new Intent(state, entry, null, method, Facts.builder().put(Fact.METHOD, method).build());
  }

  /** That a request may be answered, once. */
  private enum Right {
    OPEN
  }

  /** The change that comes with the entry of a request: it may be answered. */
  public static Change<?> opened(EntryId entry) {
    return new Opened(right(entry));
  }

  private static Key<Right> right(EntryId entry) {
    return Key.of(RIGHTS, entry.toString());
  }

  private record Opened(Key<Right> key) implements Change<Right> {
    @Override
    public Right made(@Nullable Right now) {
      return Right.OPEN;
    }

    @Override
    public @Nullable Right undone(@Nullable Right now) {
      return null;
    }
  }

  private record Taken(Key<Right> key) implements Change<Right> {
    @Override
    public @Nullable Right made(@Nullable Right now) {
      if (now == null) {
        throw new StaleException(RIGHTS.word());
      }
      return null;
    }

    @Override
    public Right undone(@Nullable Right now) {
      return Right.OPEN;
    }
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
    return id() != null && state.read(right(entry)) != null;
  }

  /** The same, with what is changed by the message that is looked at. */
  public boolean open(Changes changes) {
    return id() != null && changes.read(right(entry)) != null;
  }

  /** Takes the right to release the answer, if it is there; by a change. */
  public boolean take(Changes changes) {
    if (!open(changes)) {
      return false;
    }
    changes.add(new Taken(right(entry)));
    return true;
  }

  /** It was answered by a refusal of ours without an entry: no other answer goes. */
  public void refused() {
    state.forget(right(entry));
  }

  /** Somebody more may look for its answer. */
  void held() {
    holders.incrementAndGet();
  }

  /** One of those who hold it looks for its answer no more. */
  public void letGo() {
    if (holders.decrementAndGet() > 0) {
      return;
    }
    end(Outcome.NOT_RELEASED, id() != null);
    if (id() != null) {
      state.forget(right(entry));
    }
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
    end(how, how != Outcome.OK);
  }

  /** It is traced by this span. */
  public void traced(CallSpan begun) {
    span = begun;
  }

  private void end(Outcome how, boolean failed) {
    span.end(how.word(), failed);
  }

  /** How the answer turned out, null while there is none. */
  public @Nullable Outcome outcome() {
    return outcome;
  }
}
