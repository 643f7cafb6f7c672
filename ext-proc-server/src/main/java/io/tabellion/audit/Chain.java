package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.Row;
import io.tabellion.audit.store.Sealed;
import org.jspecify.annotations.Nullable;

/**
 * Numbers a writer's entries and ties each to the one before.
 *
 * <p>Not thread-safe: it belongs to the thread that starts the log, then to the writer.
 */
final class Chain {
  private final LeafText text;
  private long n;
  private Hash prev;

  Chain(LeafText text, Hash prev) {
    this.text = text;
    this.prev = prev;
  }

  /**
   * An entry, as far as it can be made without its place.
   *
   * @param end facts and content of the leaf
   */
  record Draft(EntryId id, EntryKind kind, ByteString end, @Nullable Sealed sealed) {}

  /** Where the chain stands. */
  record Mark(long n, Hash prev) {}

  Mark mark() {
    return new Mark(n, prev);
  }

  /** Goes back: what was made since was never written. */
  void reset(Mark mark) {
    n = mark.n();
    prev = mark.prev();
  }

  Row next(Draft draft, LeafText.Moment moment) {
    n++;
    byte[] leaf = text.leaf(draft.id(), draft.kind(), moment, n, prev.hex(), draft.end());
    prev = Hash.ofLeaf(leaf, 0, leaf.length);
    return new Row(ByteString.copyFrom(leaf), prev, draft.sealed());
  }
}
