package io.tabellion.trail.recall;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
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
 * that count for limits, and conversations that go on. Rights to answer are not found: the start
 * has closed what was open.
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
  private final SharedState state;
  private final InstantSource clock;

  public RecallState(AuditReader log, SharedState state, InstantSource clock) {
    this.log = log;
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
    boolean counts = !limits.isZero();
    Duration back = limits.compareTo(Conversations.PAUSE) > 0 ? limits : Conversations.PAUSE;
    List<StoredEntry> newestFirst = since(now.minus(back), counts ? MOST : MOST_OF_CONVERSATIONS);
    for (StoredEntry entry : newestFirst) {
      Leaf leaf = entry.leaf();
      if (!leaf.at().plus(Conversations.PAUSE).isBefore(now)) {
        Conversations.recall(leaf.facts(), leaf.at(), state);
      }
    }
    if (counts) {
      Changes changes = new Changes(state);
      newestFirst.reversed().forEach(entry -> recount(policy, entry, changes));
      state.commit(changes.list(), _ -> List.of(), List.of());
    }
  }

  private static void recount(Policy policy, StoredEntry entry, Changes changes) {
    Leaf leaf = entry.leaf();
    if (!leaf.facts().says(Fact.DECISION, Disposition.ALLOWED)) {
      return;
    }
    Recalled recalled =
        new Recalled(
            entry.index(),
            leaf.id().toString(),
            leaf.kind().text(),
            leaf.at(),
            leaf.log(),
            leaf.facts(),
            leaf.content() != null);
    Recording call = new Recording(recalled, recalled);
    if (call.judged() && call.targetIsClear()) {
      policy.recount(call.question(Recording.Said.NOTHING), changes);
    }
  }

  /** Requests since then, newest first. */
  private List<StoredEntry> since(Instant from, int most) {
    List<StoredEntry> found = new ArrayList<>();
    long end = log.size();
    long first = Math.max(0, end - most);
    while (end > first) {
      long begin = Math.max(first, end - PAGE);
      List<StoredEntry> page = page(begin, end);
      for (StoredEntry entry : page.reversed()) {
        if (entry.leaf().at().isBefore(from)) {
          return found;
        }
        if (entry.leaf().kind() == EntryKind.CALL_INTENT) {
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
