package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The right edge of the Merkle tree over the leaves read so far: the roots of its perfect subtrees.
 *
 * <p>Belongs to one thread.
 */
final class Tree {
  private static final String EMPTY = Base64.getEncoder().encodeToString(TreeHash.of());

  /** Roots of perfect subtrees, largest first; one for each bit set in the size. */
  private final List<byte[]> edge = new ArrayList<>();

  private long size;

  /** Returns another tree of the same leaves. */
  Tree copy() {
    Tree copy = new Tree();
    copy.edge.addAll(edge);
    copy.size = size;
    return copy;
  }

  void append(byte[] leafHash) {
    byte[] carry = leafHash;
    for (long bits = size; (bits & 1) == 1; bits >>= 1) {
      carry = TreeHash.node(edge.removeLast(), carry);
    }
    edge.add(carry);
    size++;
  }

  long size() {
    return size;
  }

  /** Returns the base64 of the root over all leaves so far. */
  String root() {
    if (edge.isEmpty()) {
      return EMPTY;
    }
    byte[] root = edge.getLast();
    for (int i = edge.size() - 2; i >= 0; i--) {
      root = TreeHash.node(edge.get(i), root);
    }
    return Base64.getEncoder().encodeToString(root);
  }
}
