package io.tabellion.inspect;

import io.tabellion.audit.Appender;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.Receipt;
import io.tabellion.state.Changes;
import io.tabellion.state.SharedState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The receipts of entries that belong together: the ticket to a reply. Only committing makes one.
 *
 * <p>Immutable and thread-safe.
 */
public final class Recorded {
  private final List<Receipt> receipts;

  private Recorded(List<Receipt> receipts) {
    this.receipts = receipts;
  }

  /**
   * Appends entries in one group with the changes that they tell of, and returns when all are
   * durable; nothing is appended of nothing.
   */
  static Recorded commit(SharedState state, Changes changes, Appender log, List<Entry> entries)
      throws InterruptedException {
    return new Recorded(state.commit(changes.list(), log, entries));
  }

  /**
   * Commits as {@link #commit} does without waiting; the future ends on whatever thread.
   *
   * @return null if something would have to be waited for before; nothing was done then
   */
  static @Nullable CompletableFuture<Recorded> tryCommit(
      SharedState state, Changes changes, Appender log, List<Entry> entries) {
    CompletableFuture<List<Receipt>> receipts = state.tryCommit(changes.list(), log, entries);
    return receipts == null ? null : receipts.thenApply(Recorded::new);
  }

  /** The id of an entry, by its place among those that were appended together. */
  EntryId id(int place) {
    return receipts.get(place).id();
  }

  /** The receipt of the first entry, which names the message to Envoy. */
  Receipt first() {
    return receipts.getFirst();
  }
}
