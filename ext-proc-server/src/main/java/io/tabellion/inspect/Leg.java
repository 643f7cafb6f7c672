package io.tabellion.inspect;

import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.mask.Tails;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of the line mean for one kind of message: a request, an answer, the events of a
 * stream. Made for one walk; confined to it. What a step finds out stands in what it returns, and
 * the next step is given that.
 *
 * @param <R> what its bytes turned out to be
 * @param <M> one message of it, as it was judged
 */
interface Leg<R, M extends Leg.Message> {

  /** One message of a walk, as it was judged. Immutable. */
  interface Message {
    /** What is to become of it. */
    Ruled ruled();
  }

  /** Reads. Hostile input is a value. */
  R parse();

  /** Decides, for each message apart; takes the open id of an answer. */
  List<M> decide(R read);

  /** The entries, which are appended together; of the messages, in their order. */
  List<Entry> entries(R read, List<Settled<M>> messages);

  /** What is done, now that the entries are durable. */
  Reply reply(R read, List<Settled<M>> messages, Recorded recorded);

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

  /** What is done where they are not: nothing of others goes on. */
  Reply unrecorded(R read, List<Settled<M>> messages, AuditUnavailableException why);
}
