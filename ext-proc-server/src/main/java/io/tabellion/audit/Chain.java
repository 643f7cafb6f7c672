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
  record Draft(Entry entry, ByteString end, Vault.@Nullable Kept kept) {

    /** A draft of what has no content. */
    static Draft of(Entry entry) {
      return new Draft(entry, LeafText.end(entry.facts(), null), null);
    }
  }

  /** An entry in its place: as the store takes it, and what its leaf says. */
  record Link(Row row, Leaf leaf) {}

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

  Link next(Draft draft, LeafText.Moment moment) {
    n++;
    Entry entry = draft.entry();
    Vault.Kept kept = draft.kept();
    byte[] bytes = text.leaf(entry.id(), entry.kind(), moment, n, prev.hex(), draft.end());
    Leaf leaf = text.of(entry, moment, n, prev, kept == null ? null : kept.mark());
    prev = Hash.ofLeaf(bytes, 0, bytes.length);
    Sealed sealed = kept == null ? null : kept.sealed();
    return new Link(new Row(ByteString.copyFrom(bytes), prev, sealed), leaf);
  }
}
