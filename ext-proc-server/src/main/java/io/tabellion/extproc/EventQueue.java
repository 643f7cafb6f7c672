package io.tabellion.extproc;

import com.google.protobuf.ByteString;
import io.tabellion.sse.Frames;
import io.tabellion.sse.SseFramer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of an answer that arrived and were not walked yet, and the unfinished one behind them.
 *
 * <p>Not thread-safe: guarded by the monitor of its {@link ExchangeStream}.
 */
final class EventQueue {
  /** From so many waiting bytes on, no more are read until they are walked. */
  private static final int ENOUGH = 1 << 20;

  /** So many events are walked together at most: their entries must fit one group of the log. */
  private static final int TOGETHER = 64;

  private final SseFramer framer;
  private final HeldBytes.Share budget;
  private final Deque<ByteString> frames = new ArrayDeque<>();
  private long waiting;
  private long taken;
  private @Nullable End end;
  private boolean queued;

  EventQueue(int cap, HeldBytes.Share budget) {
    this.framer = new SseFramer(cap);
    this.budget = budget;
  }

  /** How an event stream ended. */
  sealed interface End {

    /** With its last chunk. */
    record Body() implements End {}

    /** With trailers, which are dropped. */
    record Trailers(List<String> names) implements End {}

    /** By us: an event is larger than its cap. */
    record TooLarge() implements End {}

    /** By us: an operator stopped what it belongs to. */
    record Stopped() implements End {}

    /** By us: this server stops, and its client only listens. */
    record Left() implements End {}
  }

  /** What is walked together: events in order, and how the stream ended behind them if it did. */
  record Batch(List<ByteString> frames, @Nullable End end) {}

  /**
   * Takes a chunk; returns false if there is no room for it in the caller's share of the budget.
   */
  boolean feed(ByteString chunk) {
    if (!budget.take(chunk.size())) {
      return false;
    }
    taken += chunk.size();
    Frames fed = framer.feed(chunk);
    frames.addAll(fed.frames());
    waiting += chunk.size();
    if (fed.tooLarge()) {
      end = new End.TooLarge();
    }
    return true;
  }

  /** Ends the stream; what stands behind the last blank line is an event too. */
  void end(End how) {
    framer.finish().ifPresent(frames::add);
    end = how;
  }

  /** Ends the stream from our side: what is unfinished does not count. */
  void cut(End how) {
    end = how;
  }

  boolean ended() {
    return end != null;
  }

  /** Whether there is something to walk for which no walk was asked yet; asks for it. */
  boolean wantsWalk() {
    boolean wants = !queued && (end != null || !frames.isEmpty());
    queued |= wants;
    return wants;
  }

  /** Hands over what waits: events up to a size and a number, the end with the last of them. */
  Batch take() {
    List<ByteString> taken = new ArrayList<>();
    long bytes = 0;
    while (!frames.isEmpty() && taken.size() < TOGETHER && bytes < ENOUGH) {
      bytes += frames.getFirst().size();
      taken.add(frames.removeFirst());
    }
    waiting = frames.isEmpty() ? 0 : waiting - bytes;
    queued = false;
    return new Batch(taken, frames.isEmpty() ? end : null);
  }

  /** Gives room back for events that were walked. */
  void walked(Batch batch) {
    long bytes = batch.frames().stream().mapToLong(ByteString::size).sum();
    budget.give(Math.min(bytes, taken));
    taken -= Math.min(bytes, taken);
  }

  /** Whether reading should wait for the walk. */
  boolean full() {
    return waiting >= ENOUGH && !frames.isEmpty();
  }

  /** Gives all room back. Idempotent. */
  void release() {
    budget.give(taken);
    taken = 0;
    frames.clear();
  }
}
