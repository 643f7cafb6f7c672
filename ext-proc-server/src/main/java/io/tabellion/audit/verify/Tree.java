package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The Merkle tree over the leaves read so far, kept as C2SP tiles: level L holds the roots of full
 * subtrees of 256^L leaves.
 *
 * <p>Belongs to one thread. Holds 32 bytes a leaf.
 */
final class Tree {
  private static final int WIDTH = 256;
  private static final String EMPTY = Base64.getEncoder().encodeToString(TreeHash.of());

  private final List<List<byte[]>> levels = new ArrayList<>();

  /** Roots of perfect subtrees, largest first; one for each bit set in the size. */
  private final List<byte[]> edge = new ArrayList<>();

  private long size;

  void append(byte[] leafHash) {
    byte[] carry = leafHash;
    for (long bits = size; (bits & 1) == 1; bits >>= 1) {
      carry = TreeHash.node(edge.removeLast(), carry);
    }
    edge.add(carry);
    size++;
    add(0, leafHash);
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

  /** Returns how many hashes a level has. */
  long width(int level) {
    return level < levels.size() ? levels.get(level).size() : 0;
  }

  /** Returns the bytes of a tile: {@code count} hashes from the tile's first on. */
  byte[] tile(int level, long number, int count) {
    byte[] tile = new byte[count * TreeHash.SIZE];
    for (int i = 0; i < count; i++) {
      byte[] hash = levels.get(level).get(Math.toIntExact(number * WIDTH + i));
      System.arraycopy(hash, 0, tile, i * TreeHash.SIZE, TreeHash.SIZE);
    }
    return tile;
  }

  private void add(int level, byte[] hash) {
    if (level == levels.size()) {
      levels.add(new ArrayList<>());
    }
    List<byte[]> hashes = levels.get(level);
    hashes.add(hash);
    if (hashes.size() % WIDTH == 0) {
      add(level + 1, full(hashes.subList(hashes.size() - WIDTH, hashes.size())));
    }
  }

  private static byte[] full(List<byte[]> hashes) {
    List<byte[]> row = hashes;
    while (row.size() > 1) {
      List<byte[]> above = new ArrayList<>(row.size() / 2);
      for (int i = 0; i < row.size(); i += 2) {
        above.add(TreeHash.node(row.get(i), row.get(i + 1)));
      }
      row = above;
    }
    return row.getFirst();
  }
}
