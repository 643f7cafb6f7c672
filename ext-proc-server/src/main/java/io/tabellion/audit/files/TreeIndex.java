package io.tabellion.audit.files;

import io.tabellion.audit.merkle.Hash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The inner nodes of the tree that span 256 leaves or more, 64 bytes for every 256 leaves; and the
 * leaf hashes behind the last of them. What is smaller is computed from leaves.
 *
 * <p>Thread-safe: guarded by itself.
 */
final class TreeIndex {
  /** Level of a block: 2^8 leaves, a tile. */
  static final int BLOCK_LEVEL = 8;

  static final int BLOCK = 1 << BLOCK_LEVEL;

  private final List<HashList> levels = new ArrayList<>(); // from BLOCK_LEVEL up
  private final List<Hash> tail = new ArrayList<>(); // fewer than BLOCK

  synchronized void append(Hash leaf) {
    tail.add(leaf);
    if (tail.size() == BLOCK) {
      add(0, fold(tail));
      tail.clear();
    }
  }

  /** Appends a complete block by its root; there is no incomplete one. */
  synchronized void appendBlock(Hash root) {
    add(0, root);
  }

  /** The leaf hashes behind the last complete block. */
  synchronized List<Hash> tail() {
    return List.copyOf(tail);
  }

  /** Root of a complete subtree of level 8 or more. */
  synchronized Hash root(int level, long number) {
    return levels.get(level - BLOCK_LEVEL).get(Math.toIntExact(number));
  }

  /** The leaf hashes of a block that is not complete; null if it is. */
  synchronized @Nullable List<Hash> tailOf(long block) {
    long complete = levels.isEmpty() ? 0 : levels.getFirst().size();
    return block < complete ? null : List.copyOf(tail);
  }

  /** The root over a power of two of hashes. */
  static Hash fold(List<Hash> hashes) {
    List<Hash> row = hashes;
    while (row.size() > 1) {
      List<Hash> above = new ArrayList<>(row.size() / 2);
      for (int i = 0; i < row.size(); i += 2) {
        above.add(Hash.ofChildren(row.get(i), row.get(i + 1)));
      }
      row = above;
    }
    return row.getFirst();
  }

  private void add(int row, Hash hash) {
    if (levels.size() == row) {
      levels.add(new HashList());
    }
    HashList level = levels.get(row);
    level.add(hash);
    if (level.size() % 2 == 0) {
      add(row + 1, Hash.ofChildren(level.get(level.size() - 2), level.get(level.size() - 1)));
    }
  }

  /** Hashes without an object each. */
  private static final class HashList {
    private byte[] bytes = new byte[16 * Hash.SIZE];
    private int size;

    int size() {
      return size;
    }

    Hash get(int index) {
      return Hash.copyOf(bytes, Objects.checkIndex(index, size) * Hash.SIZE);
    }

    void add(Hash hash) {
      if ((size + 1) * Hash.SIZE > bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      hash.copyTo(bytes, size * Hash.SIZE);
      size++;
    }
  }
}
