package io.tabellion.audit.store;

import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.merkle.Subtrees;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the record lies. It appends by compare-and-set on the head, so that a store that several
 * writers share fits behind it too.
 *
 * <p>{@link #append} and {@link #close} have one caller at a time, the log's writer; the rest is
 * thread-safe and sees durable groups only.
 */
public interface LogStore extends Closeable, Subtrees {

  /** The newest durable head; null if the log has no leaf. */
  @Nullable SignedCheckpoint head();

  /**
   * Appends one group, durable on return.
   *
   * @param expected the head that {@code next} was made from
   * @param next signed head over all leaves up to and including {@code rows}
   * @throws ConflictException if the head is another one; nothing was written
   * @throws NoRoomException if there is no room; nothing was written
   * @throws IOException if it is not known what was written; the store must not be appended to
   */
  void append(@Nullable SignedCheckpoint expected, List<Row> rows, SignedCheckpoint next)
      throws IOException;

  /**
   * Requires that a start would find what is appended here.
   *
   * @throws IOException if what the store lies in was removed, replaced or unmounted
   */
  void requireInPlace() throws IOException;

  /** Returns the group that leaf {@code index} stands in; it must be durable. */
  StoredGroup groupOf(long index) throws IOException;

  /**
   * Returns what is stored of a leaf's content, or null if it has none.
   *
   * @param ordinal place of the leaf in its group
   */
  @Nullable Sealed sealed(StoredGroup group, int ordinal) throws IOException;

  /**
   * Waits until there are more than {@code above} leaves; false if the time passed or the store was
   * closed before.
   */
  boolean awaitSize(long above, Duration timeout) throws InterruptedException;

  /** The head is another one than expected. */
  final class ConflictException extends IOException {
    ConflictException(long expected, long found) {
      super("head: " + found + " leaves (expected: " + expected + ")");
    }
  }

  /** There is no room for the group. */
  final class NoRoomException extends IOException {
    NoRoomException(long bytes) {
      super("room: none for a group of " + bytes + " bytes (expected: space on the disk)");
    }
  }
}
