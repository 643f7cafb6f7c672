package io.tabellion.audit.checkpoint;

import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.merkle.Hash;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a log stands: the right edge of its tree, and the signed head over the same leaves. They
 * are one value, so that what is built on the edge is compared by its head.
 *
 * <p>Immutable and thread-safe.
 */
public final class TreeHead {
  /** Of a log without leaves, which nobody signs. */
  public static final TreeHead EMPTY = new TreeHead(Frontier.EMPTY, null);

  private final Frontier frontier;
  private final @Nullable SignedCheckpoint signed;

  private TreeHead(Frontier frontier, @Nullable SignedCheckpoint signed) {
    this.frontier = frontier;
    this.signed = signed;
  }

  /**
   * Puts together what was stored.
   *
   * @param signed null for a log without leaves
   * @throws IllegalArgumentException if the two are not of the same tree
   */
  public static TreeHead of(Frontier frontier, @Nullable SignedCheckpoint signed) {
    if (signed == null && frontier.size() == 0) {
      return EMPTY;
    }
    if (signed == null
        || signed.checkpoint().size() != frontier.size()
        || !signed.checkpoint().root().equals(frontier.root())) {
      throw new IllegalArgumentException(
          "head: of another tree (expected: that of " + frontier.size() + " leaves)");
    }
    return new TreeHead(frontier, signed);
  }

  /** Returns the head after these leaves, signed. */
  public TreeHead append(List<Hash> leaves, SigningKey key) {
    Frontier after = frontier;
    for (Hash leaf : leaves) {
      after = after.append(leaf);
    }
    return new TreeHead(
        after, new Checkpoint(key.verifier().name(), after.size(), after.root()).sign(key));
  }

  /** The right edge of the tree. */
  public Frontier frontier() {
    return frontier;
  }

  /** The signed head; null if the log has no leaf. */
  public @Nullable SignedCheckpoint signed() {
    return signed;
  }

  /** Number of leaves. */
  public long size() {
    return frontier.size();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TreeHead that
        && frontier.equals(that.frontier)
        && Objects.equals(signed, that.signed);
  }

  @Override
  public int hashCode() {
    return frontier.hashCode();
  }

  @Override
  public String toString() {
    return "TreeHead[" + size() + " leaves]";
  }
}
