package io.tabellion.trail.recall;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.budget.Budgets;
import io.tabellion.policy.Policy;
import io.tabellion.session.Conversations;
import io.tabellion.state.Changes;
import io.tabellion.state.SharedState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds in the newest entries of a log what was remembered when the process before ended: calls
 * that count for limits, what counts for budgets, and conversations that go on. Rights to answer
 * are not found: the start has closed what was open.
 *
 * <p>It reads back as long as something may count, and no more than {@value #MOST} entries, so that
 * a start takes no longer with a long log.
 */
public final class RecallState {
  static final int MOST = 50_000;

  /** Entries that are looked at for conversations alone: without them nothing is let through. */
  private static final int MOST_OF_CONVERSATIONS = 5_000;

  private static final int PAGE = 1_000;

  private final AuditReader log;
  private final Budgets budgets;
  private final SharedState state;
  private final InstantSource clock;

  public RecallState(AuditReader log, Budgets budgets, SharedState state, InstantSource clock) {
    this.log = log;
    this.budgets = budgets;
    this.state = state;
    this.clock = clock;
  }

  /**
   * Remembers what counts now.
   *
   * @param policy in force
   */
  public void recall(Policy policy) throws InterruptedException {
    Instant now = clock.instant();
    Duration limits = policy.countsFor();
    Duration back = limits.compareTo(Conversations.PAUSE) > 0 ? limits : Conversations.PAUSE;
    List<StoredEntry> newestFirst =
        since(now.minus(back), now.minus(Budgets.MINUTE), !limits.isZero());
    for (StoredEntry entry : newestFirst) {
      Leaf leaf = entry.leaf();
      if (isRequest(leaf) && !leaf.at().plus(Conversations.PAUSE).isBefore(now)) {
        Conversations.recall(leaf.facts(), leaf.at(), state);
      }
    }
    Changes changes = new Changes(state);
    for (StoredEntry entry : newestFirst.reversed()) {
      budgets.recount(entry.leaf(), changes);
      if (isRequest(entry.leaf())) {
        recount(policy, entry, changes);
      }
    }
    state.make(changes.list());
  }

  private static boolean isRequest(Leaf leaf) {
    return leaf.kind() == EntryKind.CALL_INTENT;
  }

  private static void recount(Policy policy, StoredEntry entry, Changes changes) {
    Leaf leaf = entry.leaf();
    if (!leaf.facts().says(Fact.DECISION, Disposition.ALLOWED)) {
      return;
    }
    Recalled recalled = Recalled.of(entry.index(), leaf);
    Recording call = new Recording(recalled, recalled);
    if (call.judged() && call.targetIsClear()) {
      policy.recount(call.question(Recording.Said.NOTHING), changes);
    }
  }

  /**
   * Requests since then, and all entries of late, newest first.
   *
   * @param late what is newer counts for budgets
   * @param counts whether requests count for limits
   */
  private List<StoredEntry> since(Instant from, Instant late, boolean counts) {
    List<StoredEntry> found = new ArrayList<>();
    long end = log.size();
    long first = Math.max(0, end - MOST);
    long enough = counts ? first : end - MOST_OF_CONVERSATIONS;
    while (end > first) {
      long begin = Math.max(first, end - PAGE);
      for (StoredEntry entry : page(begin, end).reversed()) {
        Leaf leaf = entry.leaf();
        boolean isLate = !leaf.at().isBefore(late);
        if (leaf.at().isBefore(from) || (entry.index() < enough && !isLate)) {
          return found;
        }
        if (isLate || isRequest(leaf)) {
          found.add(entry);
        }
      }
      end = begin;
    }
    return found;
  }

  private List<StoredEntry> page(long begin, long end) {
    List<StoredEntry> page = new ArrayList<>();
    while (begin + page.size() < end) {
      page.addAll(log.read(begin + page.size(), (int) (end - begin) - page.size()));
    }
    return page;
  }
}
