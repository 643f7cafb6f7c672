package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Recent;
import io.tabellion.audit.follow.CursorFile;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.LogStore;
import io.tabellion.audit.store.StoredGroup;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Disk.DiskFile;
import io.tabellion.durable.Durably;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The tile files of a log (C2SP tlog-tiles): {@code tile/<L>/<N>[.p/<W>]} and {@code
 * tile/entries/<N>[.p/<W>]}.
 *
 * <p>Full tiles are forced only now and then; {@code integrated} says up to which size. After a
 * crash those behind it are written anew.
 *
 * <p>Not thread-safe.
 */
final class Tiles {
  private static final int WIDTH = 256;
  private static final int WIDTH_BITS = 8;
  private static final int LEVELS = 8;

  /** Full tiles between two marks. */
  private static final int MARK_EVERY = 256;

  private final Disk disk;
  private final Path log;
  private final LogStore store;
  private final Recent recent;
  private final CursorFile mark;
  private final List<Path> unforced = new ArrayList<>();
  private final Map<String, Path> newest = new HashMap<>(); // level to the last tile written
  private long full; // entries in full tiles that exist

  Tiles(Disk disk, Path log, LogStore store, Recent recent) {
    this.disk = disk;
    this.log = log;
    this.store = store;
    this.recent = recent;
    this.mark = new CursorFile(disk, log.resolve("integrated"));
  }

  /** The path of a tile below {@code tile/}; the width 256 is a full one. */
  static String path(String level, long number, int width) {
    StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "%03d", number % 1000));
    for (long rest = number / 1000; rest > 0; rest /= 1000) {
      path.insert(0, String.format(Locale.ROOT, "x%03d/", rest % 1000));
    }
    return level + "/" + path + (width == WIDTH ? "" : ".p/" + width);
  }

  /** Returns how many entries are in full tiles that surely are on the disk. */
  long begin() throws IOException {
    full = Math.max(full, mark.read() / WIDTH * WIDTH);
    return full;
  }

  /** Writes all tiles that a checkpoint of {@code size} needs and that are not there yet. */
  void grow(long size) throws IOException {
    long before = Math.min(full, size);
    for (int level = 0; level < LEVELS; level++) {
      int shift = level * WIDTH_BITS;
      growLevel(level, before >> shift, size >> shift);
    }
    full = size / WIDTH * WIDTH;
    if (unforced.size() >= MARK_EVERY) {
      mark();
    }
  }

  /** Forces the full tiles and records how far they go. */
  void mark() throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path tile : unforced) {
      try (DiskFile file = disk.open(tile)) {
        file.force();
      }
      folders.add(parent(tile));
    }
    for (Path folder : folders) {
      disk.forceFolder(folder);
    }
    unforced.clear();
    if (full > 0) {
      mark.write(full);
    }
  }

  private void growLevel(int level, long from, long to) throws IOException {
    for (long tile = from / WIDTH; tile < (to + WIDTH - 1) / WIDTH; tile++) {
      int width = (int) Math.min(WIDTH, to - tile * WIDTH);
      write(Integer.toString(level), tile, width, hashes(level, tile * WIDTH, width));
      if (level == 0) {
        write("entries", tile, width, Publisher.bundle(leaves(tile * WIDTH, width)));
      }
    }
  }

  private ByteString hashes(int level, long first, int width) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(width * Hash.SIZE);
    for (long number = first; number < first + width; number++) {
      Hash newest = level == 0 ? recent.hash(number) : null;
      Hash hash = newest == null ? store.root(level * WIDTH_BITS, number) : newest;
      out.writeBytes(hash.bytes().toByteArray());
    }
    return ByteString.copyFrom(out.toByteArray());
  }

  private List<ByteString> leaves(long first, int width) throws IOException {
    List<ByteString> leaves = new ArrayList<>(width);
    while (leaves.size() < width) {
      ByteString newest = recent.leaf(first + leaves.size());
      if (newest != null) {
        leaves.add(newest);
        continue;
      }
      StoredGroup group = store.groupOf(first + leaves.size());
      int from = (int) (first + leaves.size() - group.firstIndex());
      int to = Math.min(group.leaves().size(), from + width - leaves.size());
      leaves.addAll(group.leaves().subList(from, to));
    }
    return leaves;
  }

  private void write(String level, long number, int width, ByteString bytes) throws IOException {
    Path tile = log.resolve("tile").resolve(path(level, number, width));
    if (tile.equals(newest.get(level))) {
      return;
    }
    disk.createFolder(parent(tile), Disk.Access.OWNER_WRITES);
    Durably.replaceUnforced(disk, tile, bytes, Disk.Access.OWNER_WRITES);
    newest.put(level, tile);
    if (width == WIDTH) {
      unforced.add(tile);
      removePartials(tile.resolveSibling(tile.getFileName() + ".p"));
    }
  }

  private void removePartials(Path folder) throws IOException {
    for (String partial : disk.list(folder)) {
      disk.delete(folder.resolve(partial));
    }
    disk.delete(folder);
  }

  private static Path parent(Path tile) {
    Path parent = tile.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("tile: " + tile + " (expected: below a folder)");
    }
    return parent;
  }
}
