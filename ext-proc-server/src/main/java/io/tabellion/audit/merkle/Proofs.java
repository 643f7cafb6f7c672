package io.tabellion.audit.merkle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Makes inclusion and consistency proofs (RFC 9162 §2.1.3.1, §2.1.4.1) over {@link Subtrees}. */
public final class Proofs {

  private Proofs() {}

  /**
   * Proves that leaf {@code index} is in the tree of the first {@code size} leaves.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ index &lt; size
   */
  public static InclusionProof inclusion(long index, long size, Subtrees subtrees) {
    List<Hash> path = new ArrayList<>();
    include(Objects.checkIndex(index, size), 0, size, subtrees, path);
    return new InclusionProof(index, size, path);
  }

  /**
   * Proves that the tree of {@code first} leaves is a prefix of the one of {@code second}.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ first ≤ second
   */
  public static ConsistencyProof consistency(long first, long second, Subtrees subtrees) {
    Objects.checkFromToIndex(0, first, second);
    List<Hash> path = new ArrayList<>();
    if (first > 0 && first < second) {
      extend(first, 0, second, true, subtrees, path);
    }
    return new ConsistencyProof(first, second, path);
  }

  /** Returns the Merkle Tree Hash of the first {@code size} leaves. */
  public static Hash root(long size, Subtrees subtrees) {
    return size == 0 ? Hash.ofEmptyTree() : root(0, size, subtrees);
  }

  // PATH(m, D[start:start+size]); start is a multiple of the left part's size at every step.
  private static void include(
      long index, long start, long size, Subtrees subtrees, List<Hash> path) {
    if (size == 1) {
      return;
    }
    long left = leftPart(size);
    if (index < left) {
      include(index, start, left, subtrees, path);
      path.add(root(start + left, size - left, subtrees));
    } else {
      include(index - left, start + left, size - left, subtrees, path);
      path.add(root(start, left, subtrees));
    }
  }

  // SUBPROOF(m, D[start:start+size], whole)
  private static void extend(
      long first, long start, long size, boolean whole, Subtrees subtrees, List<Hash> path) {
    if (first == size) {
      if (!whole) {
        path.add(root(start, size, subtrees));
      }
      return;
    }
    long left = leftPart(size);
    if (first <= left) {
      extend(first, start, left, whole, subtrees, path);
      path.add(root(start + left, size - left, subtrees));
    } else {
      extend(first - left, start + left, size - left, false, subtrees, path);
      path.add(root(start, left, subtrees));
    }
  }

  private static Hash root(long start, long size, Subtrees subtrees) {
    if (Long.bitCount(size) == 1) {
      int level = Long.numberOfTrailingZeros(size);
      return subtrees.root(level, start >> level);
    }
    long left = leftPart(size);
    return Hash.ofChildren(root(start, left, subtrees), root(start + left, size - left, subtrees));
  }

  /** The largest power of two smaller than {@code size}. */
  private static long leftPart(long size) {
    return Long.highestOneBit(size - 1);
  }
}
