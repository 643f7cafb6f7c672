package io.tabellion.audit.store;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.merkle.Subtrees;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the record lies. It appends by compare-and-set on the head, so that a store that several
 * writers share fits behind it too.
 *
 * <p>{@link #append} and {@link #note} have one caller at a time, the log's writer; the rest is
 * thread-safe and sees durable groups only.
 */
public interface LogStore extends Subtrees {

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
   * Keeps what this writer wants to know at its next start, as of the newest group. A store may
   * lose it, or keep an older one: the start then reads more of the log. Called now and then; never
   * blocks.
   */
  void note(ByteString memory);

  /**
   * Requires that a start would find all that is appended here. Called about once a second.
   *
   * @throws IOException if what the store lies in was removed, replaced or unmounted
   */
  void requireInPlace() throws IOException;

  /**
   * Bytes that one append needs at most, alone in a group.
   *
   * @param leaves bytes of its leaves
   * @param contents bytes of its stored frames
   * @param entries how many
   */
  long cost(long leaves, long contents, int entries);

  /** Bytes that are surely there for groups of at most {@code largest} bytes, in any order. */
  long room(long largest);

  /** Makes room for more; false if that fails or lasts too long. Blocks. */
  boolean grow(Duration timeout) throws InterruptedException;

  /** Whether there was no more room when more was wanted last. May have it tried again. */
  boolean isFull();

  /** Returns the group that leaf {@code index} stands in; it must be durable. */
  StoredGroup groupOf(long index) throws IOException;

  /**
   * Waits until there are more than {@code above} leaves; false if the time passed or the store was
   * closed before.
   */
  boolean awaitSize(long above, Duration timeout) throws InterruptedException;

  /** The head is another one than expected. */
  final class ConflictException extends IOException {
    public ConflictException(long expected, long found) {
      super("head: " + found + " leaves (expected: " + expected + ")");
    }
  }

  /** There is no room for the group. */
  final class NoRoomException extends IOException {
    public NoRoomException(long bytes) {
      super("room: none for a group of " + bytes + " bytes (expected: space on the disk)");
    }
  }
}
