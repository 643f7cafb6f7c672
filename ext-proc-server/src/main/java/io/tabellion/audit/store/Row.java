package io.tabellion.audit.store;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import org.jspecify.annotations.Nullable;

/**
 * A leaf on its way into the store.
 *
 * @param leaf its exact bytes, at most 65,535
 * @param hash of the leaf
 * @param sealed its content; null if it has none
 */
public record Row(ByteString leaf, Hash hash, @Nullable Sealed sealed) {
  static final int MAX_LEAF = 65_535;

  public Row {
    if (leaf.isEmpty() || leaf.size() > MAX_LEAF) {
      throw new IllegalArgumentException("leaf: " + leaf.size() + " bytes (expected: 1 to 65535)");
    }
  }
}
