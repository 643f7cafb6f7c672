package io.tabellion.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record. What it acknowledged is durable, signed and never changed.
 *
 * <p>Thread-safe.
 */
public interface AuditLog extends Appender {

  /**
   * Appends entries that belong together in one group, in order, and returns when they are durable
   * (P1, P2). Blocks its caller. Without a reservation; only a {@code call.outcome} may then use
   * room that is reserved for others.
   *
   * @return one receipt an entry, in order
   * @throws AuditUnavailableException if they could not be made durable; the caller must refuse
   *     what it was about to release
   */
  @Override
  List<Receipt> append(List<Entry> entries) throws InterruptedException;

  /**
   * Appends entries of the start, before which nothing else may stand. Where there is no room for
   * them the log keeps them, admits no call, and appends them before anything else as soon as there
   * is: a full disk does not forbid a start.
   *
   * @throws AuditUnavailableException if they could not be made durable for another reason
   */
  default void appendFirst(List<Entry> entries) throws InterruptedException {
    append(entries);
  }

  /**
   * Reserves room for an intent and for the largest outcome it may have.
   *
   * @param bytes the most content that intent and outcome may bring; room for their leaves is added
   *     here
   * @throws AuditUnavailableException if there is no room, or the log is down
   */
  Reservation reserve(long bytes);

  /**
   * Reserves room as {@link #reserve} does, for a caller that must not wait.
   *
   * @return null if room would have to be made first
   * @throws AuditUnavailableException if the log is down
   */
  default @Nullable Reservation tryReserve(long bytes) {
    return null;
  }

  /** Whether calls are admitted: false after a failed write, with a full disk, or while closed. */
  boolean writable();

  /**
   * Room that was set aside; closing it gives back what was not used. Idempotent.
   *
   * <p>Thread-safe.
   */
  interface Reservation extends Appender, AutoCloseable {

    /**
     * As {@link AuditLog#append}, out of this room: with a full disk the entries still find their
     * place. What goes beyond the room is treated as an append without reservation.
     */
    @Override
    List<Receipt> append(List<Entry> entries) throws InterruptedException;

    @Override
    void close();
  }
}
