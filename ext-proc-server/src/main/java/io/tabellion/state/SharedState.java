package io.tabellion.state;

import io.tabellion.audit.Appender;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered beside the log and must be the same for all replicas.
 *
 * <p>Of one process it is its memory ({@link MemoryState}). Of several it is a store that reads the
 * named records under a lock, makes the changes and appends the entries in one transaction.
 *
 * <p>Thread-safe.
 */
public interface SharedState {

  /** Remembers nothing: reads find no record, and nothing can be committed. */
  SharedState NONE =
      new SharedState() {
        @Override
        public <V> @Nullable V read(Key<V> key) {
          return null;
        }

        @Override
        public <V> List<V> all(Kind<V> kind) {
          return List.of();
        }

        @Override
        public boolean hasRoom(Kind<?> kind) {
          return true;
        }

        @Override
        public List<Receipt> commit(List<Change<?>> changes, Appender log, List<Entry> entries) {
          throw new UnsupportedOperationException("state: none (expected: a question only)");
        }

        @Override
        public void make(List<Change<?>> changes) {
          throw new UnsupportedOperationException("state: none (expected: a question only)");
        }

        @Override
        public <V> void remember(Key<V> key, V value) {
          // It remembers nothing.
        }

        @Override
        public void forget(Key<?> key) {
          // There is none.
        }

        @Override
        public void tidy(Instant now) {
          // There is nothing.
        }
      };

  /** Returns what a record holds now; null if there is none. Never blocks on a disk. */
  <V> @Nullable V read(Key<V> key);

  /** Returns what all records of a kind hold now, oldest first. Never blocks on a disk. */
  <V> List<V> all(Kind<V> kind);

  /** Whether another record of a kind can be added now. */
  boolean hasRoom(Kind<?> kind);

  /**
   * Makes all changes and appends the entries that tell of them, or does neither. Returns when the
   * entries are durable (P1, P2). Others may see the changes before that, and so take no right that
   * is taken already.
   *
   * @param log where the entries go: the log, or room of it that was set aside
   * @param entries may be none
   * @return one receipt for each entry, in their order
   * @throws StaleException if a record is not as a change expects it; nothing was done
   * @throws AuditUnavailableException if the entries could not be made durable; the changes were
   *     taken back
   * @throws InterruptedException while waiting; the entries may still be appended, so the changes
   *     stay
   */
  List<Receipt> commit(List<Change<?>> changes, Appender log, List<Entry> entries)
      throws InterruptedException;

  /**
   * Commits as {@link #commit} does, for a caller that must not wait. The future ends when the
   * entries are durable, or with an {@link AuditUnavailableException} after the changes were taken
   * back; on whatever thread, so that what follows from it is done elsewhere.
   *
   * @return null if something would have to be waited for before; nothing was done then
   * @throws StaleException if a record is not as a change expects it; nothing was done
   * @throws AuditUnavailableException as {@link #commit}, as far as that is known at once
   */
  default @Nullable CompletableFuture<List<Receipt>> tryCommit(
      List<Change<?>> changes, Appender log, List<Entry> entries) {
    return null;
  }

  /**
   * Makes all changes or none of them; no entry tells of them. Never blocks on a disk.
   *
   * @throws StaleException if a record is not as a change expects it; nothing was done
   */
  void make(List<Change<?>> changes);

  /**
   * Remembers what the log says of the past, where nothing is remembered: no entry tells of that
   * again.
   */
  <V> void remember(Key<V> key, V value);

  /** Forgets a record whose subject is over; no entry tells of that. */
  void forget(Key<?> key);

  /** Forgets what is over. */
  void tidy(Instant now);
}
