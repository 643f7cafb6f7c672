package io.tabellion.audit.merkle;

/** Where proofs get the roots of perfect subtrees from. */
@FunctionalInterface
public interface Subtrees {

  /**
   * Returns the root of the subtree of 2^{@code level} leaves from leaf {@code number} × 2^{@code
   * level}; it is asked only for subtrees whose leaves all exist.
   */
  Hash root(int level, long number);
}
