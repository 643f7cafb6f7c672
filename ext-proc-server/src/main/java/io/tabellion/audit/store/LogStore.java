package io.tabellion.audit.store;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.audit.merkle.Subtrees;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Where the record lies: the groups that are durable, and the head over them.
 *
 * <p>It appends by compare-and-set on the head, so several writers may share one store and their
 * log is still one tree. A store that is shared, e.g. a database, does one append in one
 * transaction:
 *
 * <pre>
 * lock the row that holds the head          (SELECT … FOR UPDATE)
 * is it {@code expected}?                   no: roll back, ConflictException
 * insert the leaves from expected.size() on, their contents and keys; store {@code next} as the head
 * commit
 * </pre>
 *
 * The head's row holds the note and the roots of the frontier, so that what the next group is built
 * on is what is compared. A store that loses its connection during the commit reads the head again:
 * if it is {@code next}, the group is durable; if it is {@code expected}, nothing was written and
 * it may try again. Only if it cannot find out does it throw an IOException.
 *
 * <p>Each writer of a shared store has a name of its own ({@code writer} of its leaves), and one
 * process at a time has a name: the store has to see to that, e.g. by an advisory lock. A start
 * relies on it when it closes the open intents of its name. Each writer must have the same keys.
 *
 * <p>{@link #append} and {@link #note} have one caller at a time in a process, the log's writer;
 * the rest is thread-safe and sees durable groups only.
 */
public interface LogStore extends Subtrees {

  /**
   * The newest durable head that this process knows of. If others append too, that may not be the
   * newest there is; after a {@link ConflictException} it is the head that was found instead, or a
   * newer one. Never blocks for long.
   */
  TreeHead head();

  /**
   * Appends one group, durable on return, if the log still stands at {@code expected}.
   *
   * @param expected the head that {@code next} was built on; the first of {@code rows} has its size
   *     as index
   * @param next the head over all leaves up to and including {@code rows}
   * @throws ConflictException if the log stands elsewhere; nothing was written, and what was made
   *     of {@code expected} must be made again of {@link #head}
   * @throws NoRoomException if there is no room; nothing was written
   * @throws IOException if it is not known what was written; the store must not be appended to
   */
  void append(TreeHead expected, List<Row> rows, TreeHead next) throws IOException;

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

  /**
   * Gives some of the room back that is not needed, if it costs anything. Called about once a
   * second; never blocks on a disk.
   *
   * @param needed bytes that stay, as {@link #room} counts them
   * @param largest as there
   */
  default void shrink(long needed, long largest) {}

  /** Whether there was no more room when more was wanted last. May have it tried again. */
  boolean isFull();

  /** Returns the group that leaf {@code index} stands in; it must be durable. */
  StoredGroup groupOf(long index) throws IOException;

  /**
   * Waits until there are more than {@code above} leaves; false if the time passed or the store was
   * closed before.
   */
  boolean awaitSize(long above, Duration timeout) throws InterruptedException;

  /** The log stands elsewhere than expected: somebody else has appended. */
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
