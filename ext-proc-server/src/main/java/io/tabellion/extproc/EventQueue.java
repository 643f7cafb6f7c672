package io.tabellion.extproc;

import com.google.protobuf.ByteString;
import io.tabellion.sse.Frames;
import io.tabellion.sse.SseFramer;
import java.util.ArrayList;
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

  private final SseFramer framer;
  private final HeldBytes budget;
  private List<ByteString> frames = new ArrayList<>();
  private long waiting;
  private long taken;
  private @Nullable End end;
  private boolean queued;

  EventQueue(int cap, HeldBytes budget) {
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
  }

  /** What is walked together: events in order, and how the stream ended behind them if it did. */
  record Batch(List<ByteString> frames, @Nullable End end) {}

  /** Takes a chunk; returns false if there is no room for it in the budget of all. */
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

  boolean ended() {
    return end != null;
  }

  /** Whether there is something to walk for which no walk was asked yet; asks for it. */
  boolean wantsWalk() {
    boolean wants = !queued && (end != null || !frames.isEmpty());
    queued |= wants;
    return wants;
  }

  /** Hands over what waits. */
  Batch take() {
    Batch batch = new Batch(frames, end);
    frames = new ArrayList<>();
    waiting = 0;
    queued = false;
    return batch;
  }

  /** Gives room back for events that were walked. */
  void walked(Batch batch) {
    long bytes = batch.frames().stream().mapToLong(ByteString::size).sum();
    budget.give(Math.min(bytes, taken));
    taken -= Math.min(bytes, taken);
  }

  /** Whether reading should wait for the walk. */
  boolean full() {
    return waiting >= ENOUGH && queued;
  }

  /** Gives all room back. Idempotent. */
  void release() {
    budget.give(taken);
    taken = 0;
    frames = new ArrayList<>();
  }
}
