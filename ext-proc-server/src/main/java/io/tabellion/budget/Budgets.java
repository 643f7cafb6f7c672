package io.tabellion.budget;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What callers and servers may bring in a minute. Only the start of a call is refused; what belongs
 * to a call that was let in is charged, into debt if need be.
 *
 * <p>What is left is remembered in the {@link SharedState}, so that replicas share it, and after a
 * restart found in the log. Thread-safe.
 */
public final class Budgets {
  /** How long anything that was brought counts. */
  public static final Duration MINUTE = Duration.ofMinutes(1);

  /** Callers beyond these have identities without end: a budget for each would not bound them. */
  static final int MOST_CALLERS = 100_000;

  static final Kind<Left> OF_CALLER =
      new Kind<>("budget-caller", MOST_CALLERS, Kind.Full.FORGETS_OLDEST, Left::isAll);

  /** There are as many servers as are configured. */
  static final Kind<Left> OF_SERVER =
      new Kind<>("budget-server", Integer.MAX_VALUE, Kind.Full.TAKES_NO_MORE, Left::isAll);

  private final BudgetSettings settings;
  private final SharedState state;
  private final InstantSource clock;

  public Budgets(BudgetSettings settings, SharedState state, InstantSource clock) {
    this.settings = settings;
    this.state = state;
    this.clock = clock;
  }

  /** What was set aside for a call. Closing it gives it back; what it brought is charged apart. */
  public interface SetAside extends AutoCloseable {
    @Override
    void close();

    /** Gives it back as if it had not been set aside: the call is not counted either. */
    void cancel();
  }

  /**
   * Counts a call, and sets bytes aside until it is over.
   *
   * @param caller whose budget it is: a keyed digest
   * @param server name of the MCP server
   * @param bytes the most content that the call may bring
   * @throws AuditUnavailableException with {@link Code#BUDGET} if one of them has too little left
   */
  public SetAside take(String caller, String server, long bytes) {
    Instant now = clock.instant();
    Changes changes = new Changes(state);
    changes.add(ofCaller(caller, 1, bytes, now, true));
    changes.add(ofServer(server, 1, bytes, now, true));
    try {
      state.make(changes.list());
    } catch (StaleException _) {
      throw spent(caller, bytes, now);
    }
    return new SetAside() {
      @Override
      public void close() {
        giveBack(caller, server, 0, bytes);
      }

      @Override
      public void cancel() {
        giveBack(caller, server, 1, bytes);
      }
    };
  }

  /** Which of the two has too little left, as far as that can still be told. */
  private AuditUnavailableException spent(String caller, long bytes, Instant now) {
    Left left = Left.now(settings.caller(), state.read(Key.of(OF_CALLER, caller)), now);
    return new AuditUnavailableException(
        Code.BUDGET,
        "budget of the " + (left.has(1, bytes) ? "server" : "caller") + ": spent for now");
  }

  private void giveBack(String caller, String server, long calls, long bytes) {
    Changes changes = new Changes(state);
    spend(caller, server, -calls, -bytes, clock.instant(), changes);
    state.make(changes.list());
  }

  /** Charges the content of entries, with the changes that are made when they are appended. */
  public void charge(Iterable<Entry> entries, Changes changes) {
    Instant now = clock.instant();
    for (Entry entry : entries) {
      Entry.Content content = entry.content();
      if (content != null) {
        charge(entry.facts(), 0, content.bytes().size(), now, changes);
      }
    }
  }

  /** Charges an entry of the past once more, as of its time: nothing is remembered of it. */
  public void recount(Leaf leaf, Changes changes) {
    boolean call =
        leaf.kind() == EntryKind.CALL_INTENT
            && leaf.facts().says(Fact.DECISION, Disposition.ALLOWED);
    Leaf.ContentMark content = leaf.content();
    long bytes = content == null ? 0 : content.size();
    if (call || bytes > 0) {
      charge(leaf.facts(), call ? 1 : 0, bytes, leaf.at(), changes);
    }
  }

  private void charge(Facts facts, long calls, long bytes, Instant at, Changes changes) {
    @Nullable String caller = facts.text(Fact.OWNER);
    @Nullable String server = facts.text(Fact.SERVER);
    if (caller != null && server != null) {
      spend(caller, server, calls, bytes, at, changes);
    }
  }

  private void spend(
      String caller, String server, long calls, long bytes, Instant at, Changes changes) {
    changes.add(ofCaller(caller, calls, bytes, at, false));
    changes.add(ofServer(server, calls, bytes, at, false));
  }

  private Spending ofCaller(String name, long calls, long bytes, Instant at, boolean onlyIfLeft) {
    return new Spending(Key.of(OF_CALLER, name), settings.caller(), calls, bytes, at, onlyIfLeft);
  }

  private Spending ofServer(String name, long calls, long bytes, Instant at, boolean onlyIfLeft) {
    return new Spending(Key.of(OF_SERVER, name), settings.server(), calls, bytes, at, onlyIfLeft);
  }
}
