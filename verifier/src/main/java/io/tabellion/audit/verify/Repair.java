package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of a group's leaves as they were signed. Where the head does not fit the leaves, the
 * hash that the writer's next entry names, or the one in the tiles, may be that of the leaf before
 * it was changed; the signed head confirms it or not.
 *
 * @param hashes as they were signed, if it {@link #fits}
 * @param found as they are
 * @param after the tree over all leaves so far with {@code hashes}
 * @param root base64 of its root
 */
record Repair(List<byte[]> hashes, List<byte[]> found, Tree after, String root) {
  /** Leaves of a group that are tried one by one. */
  private static final int MOST = 64;

  /** Returns what fits the head; the leaves as they are if nothing does. */
  static Repair of(Tree before, Checked group, @Nullable Checked next, Tiles tiles) {
    List<byte[]> found = group.leaves().stream().map(Checked.Leaf::hash).toList();
    Repair asItIs = of(before, found, found);
    SignedHead head = group.head();
    if (head == null || asItIs.fits(head)) {
      return asItIs;
    }
    for (List<byte[]> hashes : candidates(group, next, tiles, found)) {
      Repair repair = of(before, hashes, found);
      if (repair.fits(head)) {
        return repair;
      }
    }
    return asItIs;
  }

  private static Repair of(Tree before, List<byte[]> hashes, List<byte[]> found) {
    Tree tree = before.copy();
    hashes.forEach(tree::append);
    return new Repair(hashes, found, tree, tree.root());
  }

  boolean fits(SignedHead head) {
    return head.size() == after.size() && head.root().equals(root);
  }

  /** Whether a leaf is not the one that was signed. */
  boolean any() {
    return !hashes.equals(found);
  }

  /** Returns the hash that leaf {@code i} had when it was signed; null if it is as it was. */
  byte @Nullable [] original(int i) {
    return Arrays.equals(hashes.get(i), found.get(i)) ? null : hashes.get(i);
  }

  /** The leaves as they are, where the tree is not known any more. */
  static Repair none(Checked group, Tree before) {
    List<byte[]> found = group.leaves().stream().map(Checked.Leaf::hash).toList();
    return new Repair(found, found, before, before.root());
  }

  private static List<List<byte[]>> candidates(
      Checked group, @Nullable Checked next, Tiles tiles, List<byte[]> found) {
    List<byte @Nullable []> byNext = new ArrayList<>();
    List<byte @Nullable []> byTiles = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      byNext.add(named(group, next, i));
      byTiles.add(tiles.hint(group.frame().first() + i));
    }
    List<List<byte[]>> candidates = new ArrayList<>();
    candidates.add(with(found, byNext));
    candidates.add(with(found, byTiles));
    for (int i = 0; i < found.size() && candidates.size() < MOST; i++) {
      byte[] hint = byNext.get(i);
      if (hint != null && !Arrays.equals(hint, found.get(i))) {
        List<byte[]> one = new ArrayList<>(found);
        one.set(i, hint);
        candidates.add(one);
      }
    }
    return candidates;
  }

  private static List<byte[]> with(List<byte[]> found, List<byte @Nullable []> hints) {
    List<byte[]> hashes = new ArrayList<>(found);
    for (int i = 0; i < hashes.size(); i++) {
      byte[] hint = hints.get(i);
      if (hint != null && !Arrays.equals(hint, found.get(i))) {
        hashes.set(i, hint);
      }
    }
    return hashes;
  }

  /** The hash that the entry behind leaf {@code i} names, if it is of the same writer. */
  private static byte @Nullable [] named(Checked group, @Nullable Checked next, int i) {
    List<Checked.Leaf> leaves = group.leaves();
    Checked.Leaf behind =
        i + 1 < leaves.size()
            ? leaves.get(i + 1)
            : next == null || next.leaves().isEmpty() ? null : next.leaves().getFirst();
    LeafReading own = leaves.get(i).reading();
    LeafReading reading = behind == null ? null : behind.reading();
    if (reading == null || (own != null && !own.text("writer").equals(reading.text("writer")))) {
      return null;
    }
    return TreeHash.parse(reading.text("prev"));
  }
}
