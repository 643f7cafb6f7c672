package io.tabellion.extproc;

import com.google.protobuf.ByteString;

/**
 * A body that is being collected, up to a cap and within its caller's share of the budget.
 *
 * <p>Not thread-safe: it belongs to one leg of one exchange.
 */
final class Body {

  /** What became of a chunk. */
  enum Added {
    TAKEN,
    /** The body is larger than its cap. */
    TOO_LARGE,
    /** The caller holds its share of the budget already. */
    NO_ROOM
  }

  private final int cap;
  private final HeldBytes.Share budget;
  private ByteString bytes = ByteString.EMPTY;
  private long seen;
  private long taken;

  Body(int cap, HeldBytes.Share budget) {
    this.cap = cap;
    this.budget = budget;
  }

  Added add(ByteString chunk) {
    seen += chunk.size();
    if (seen > cap) {
      return Added.TOO_LARGE;
    }
    if (!budget.take(chunk.size())) {
      return Added.NO_ROOM;
    }
    taken += chunk.size();
    bytes = bytes.concat(chunk);
    return Added.TAKEN;
  }

  /** What was taken. */
  ByteString bytes() {
    return bytes;
  }

  /** Bytes that arrived, also those that were not taken. */
  long seen() {
    return seen;
  }

  /** Forgets the bytes and gives their room back. Idempotent. */
  void release() {
    budget.give(taken);
    taken = 0;
    bytes = ByteString.EMPTY;
  }
}
