package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;

/**
 * An entry as it is shown: without its content.
 *
 * @param index place in the log, from 0
 * @param leaf what the bytes say
 * @param bytes the leaf, exactly as hashed
 */
public record EntryView(long index, Leaf leaf, ByteString bytes) {

  static EntryView of(StoredEntry stored) {
    return new EntryView(stored.index(), stored.leaf(), stored.bytes());
  }

  String id() {
    return leaf.id().toString();
  }
}
