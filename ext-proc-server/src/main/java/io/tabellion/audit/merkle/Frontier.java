package io.tabellion.audit.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of an append-only Merkle tree: the roots of its perfect subtrees, largest first.
 *
 * <p>One bit of {@code size} stands for one subtree, so a tree of 13 (1101b) leaves is three roots
 * of 8, 4 and 1 leaves. That is all that is needed to append a leaf or to compute the root, in
 * O(log size) hashes. Hashing is RFC 9162 §2.1.1; a proof against {@link #root} verifies with any
 * RFC 9162 verifier.
 *
 * <p>Immutable and thread-safe.
 *
 * @param size number of leaves so far
 * @param roots one root for each set bit of {@code size}, largest subtree first
 */
public record Frontier(long size, List<Hash> roots) {
  public static final Frontier EMPTY = new Frontier(0, List.of());

  public Frontier {
    roots = List.copyOf(roots);
    if (size < 0 || Long.bitCount(size) != roots.size()) {
      throw new IllegalArgumentException(
          "roots: " + roots.size() + " (expected: one for each bit set in size " + size + ")");
    }
  }

  /** Returns the frontier after the leaf with this hash, which takes index {@link #size}. */
  public Frontier append(Hash leaf) {
    List<Hash> edge = new ArrayList<>(roots);
    Hash carry = leaf;
    // As in binary addition: each trailing 1 bit of size is a full sibling to merge with.
    for (long bits = size; (bits & 1) == 1; bits >>= 1) {
      carry = Hash.ofChildren(edge.removeLast(), carry);
    }
    edge.add(carry);
    return new Frontier(size + 1, edge);
  }

  /** Returns the Merkle Tree Hash of the leaves so far; SHA-256 of nothing if there are none. */
  public Hash root() {
    return roots.reversed().stream()
        .reduce((right, left) -> Hash.ofChildren(left, right))
        .orElseGet(Hash::ofEmptyTree);
  }
}
