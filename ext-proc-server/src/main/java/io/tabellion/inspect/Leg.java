package io.tabellion.inspect;

import io.tabellion.approval.Grant;
import io.tabellion.approval.HeldCall;
import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.mask.Masked;
import io.tabellion.mask.stream.Tails;
import io.tabellion.mcp.ApprovalNotice;
import io.tabellion.metrics.Counter;
import io.tabellion.state.Changes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of the line mean for one kind of message: a request, an answer, the events of a
 * stream. Made for one walk; confined to it. What a step finds out stands in what it returns, and
 * the next step is given that; what it changes of what is remembered is added to {@link Changes}.
 *
 * @param <R> what its bytes turned out to be
 * @param <D> what was decided of them
 * @param <M> one message of them, as it was judged
 */
interface Leg<R, D extends Leg.Decided<M>, M extends Leg.Message> {

  /** One message of a walk, as it was judged. Immutable. */
  interface Message {
    /** What is to become of it. */
    Ruled ruled();
  }

  /** What was decided of all that was read. Immutable. */
  interface Decided<M> {
    /** The messages, in their order. */
    List<M> messages();
  }

  /** Messages, and nothing beside them. */
  record Plain<M>(List<M> messages) implements Decided<M> {
    public Plain {
      messages = List.copyOf(messages);
    }
  }

  /** Looks up what reading needs of the past. May block on a disk. */
  default void recall() {}

  /** Reads. Hostile input is a value. */
  R parse();

  /** Looks up what deciding needs of the past. May block on a disk. */
  default R recall(R read) {
    return read;
  }

  /** What is counted of what was read, once, whatever is decided. */
  default List<Counter> counts(R read) {
    return List.of();
  }

  /**
   * Decides, for each message apart. It is asked again where what it read was changed by another
   * before its entries were appended.
   *
   * @param changes what the messages change: rights to answer that they take, calls that count
   */
  D decide(R read, Changes changes);

  /** Sets room in the log aside for what goes on, and for what comes of it. */
  default void reserve(List<Settled<M>> messages) {}

  /**
   * The same without waiting. Returns false if room would have to be made first; none is set aside
   * then.
   */
  default boolean tryReserve(List<Settled<M>> messages) {
    return true;
  }

  /** The walk is broken off, to be begun again: what was set aside is given back. */
  default void brokenOff() {}

  /**
   * What a person must decide about; null if nobody has to.
   *
   * @param message of those that were decided
   * @param masked what of it would go on, and what may be seen
   */
  default @Nullable HeldCall held(D decided, M message, Masked masked) {
    return null;
  }

  /** The message as it is judged once people approved it. */
  default M approved(M message, Grant grant) {
    return message;
  }

  /**
   * The message as it is judged while nobody approved it.
   *
   * @param notice what its client is told; null if nobody was asked
   */
  default M unapproved(M message, @Nullable ApprovalNotice notice) {
    return message;
  }

  /** All is settled: nobody needs the message as it came any more. */
  default void settled() {}

  /**
   * The entries, which are appended together; those of the messages first, in their order.
   *
   * @param changes those of {@link #decide}, to which what comes with the entries is added
   */
  List<Entry> entries(R read, D decided, List<Settled<M>> messages, Changes changes);

  /** What is done, now that the entries are durable. */
  Reply reply(R read, D decided, List<Settled<M>> messages, Recorded recorded);

  /** Who judges its messages: by one policy, from first to last. */
  Judge judge();

  /** Ends of texts of the stream that its messages go on in; null for messages by themselves. */
  default @Nullable Tails tails() {
    return null;
  }

  /** Whose message it is, to whoever shares out long work. */
  Object caller();

  /** How much work it is at least, in bytes that are looked at, as far as that is known before. */
  long size();

  /** What is done where they are not durable: nothing of others goes on. */
  Reply unrecorded(R read, AuditUnavailableException why);
}
