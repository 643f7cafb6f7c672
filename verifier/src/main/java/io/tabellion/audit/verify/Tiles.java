package io.tabellion.audit.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tiles (C2SP tlog-tiles). They are derived from the segments, written without being forced,
 * and made again by the server; so none need be there, and one that a power cut left empty or with
 * pages of zeros says nothing against the log. One with other bytes was changed.
 *
 * <p>Belongs to one thread. Holds the hashes and leaves of the tiles that are not full yet.
 */
final class Tiles {
  private static final int WIDTH = 256;

  /** Least bytes that a disk writes as one. */
  private static final int SECTOR = 512;

  private static final Pattern PATH =
      Pattern.compile("(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

  private final Report report;
  private final Path folder;
  private final boolean there;
  private final List<Level> levels = new ArrayList<>();
  private final ByteArrayOutputStream bundle = new ByteArrayOutputStream();
  private final int[] ends = new int[WIDTH];
  private boolean whole = true; // whether the leaves of the bundle are those that were signed
  private long leaves;
  private long compared;
  private long unfinished;
  private long beyond;
  private @Nullable String firstUnfinished;

  /** The hashes of a level since its last full tile. */
  private static final class Level {
    private final List<byte[]> hashes = new ArrayList<>();
    private long tiles;
  }

  Tiles(Report report, Path log) {
    this.report = report;
    this.folder = log.resolve("tile");
    this.there = Files.isDirectory(folder);
  }

  /**
   * Takes the next leaf.
   *
   * @param bytes that hold it, its two bytes of length before it
   * @param at where its length is
   * @param signed whether it is the one that was signed, as its hash is
   */
  void add(byte[] bytes, int at, int length, byte[] hash, boolean signed) throws IOException {
    if (!there) {
      return;
    }
    bundle.write(bytes, at, Short.BYTES + length);
    whole &= signed;
    ends[(int) (leaves % WIDTH)] = bundle.size();
    leaves++;
    hash(0, hash);
    if (leaves % WIDTH == 0) {
      compareBundle(leaves / WIDTH - 1, WIDTH);
    }
  }

  /** Takes the hash of the next leaf, which is missing. */
  void add(byte[] hash) throws IOException {
    if (there) {
      add(new byte[Short.BYTES], 0, 0, hash, false);
    }
  }

  /**
   * Compares what is not full, and counts what is there beside.
   *
   * @param published entries whose tiles a reader of the published checkpoint needs
   */
  void end(long published) throws IOException {
    if (!there) {
      report.fact("tiles", "0", "none are there; a start of the server makes them");
      return;
    }
    int open = (int) (leaves % WIDTH);
    if (open > 0) {
      compareBundle(leaves / WIDTH, open);
    }
    for (int level = 0; level < levels.size(); level++) {
      Level left = levels.get(level);
      if (!left.hashes.isEmpty()) {
        compare(Integer.toString(level), left.tiles, join(left.hashes), TreeHash.SIZE);
      }
    }
    Files.walkFileTree(folder, new Listing());
    long missing = missing(Math.min(published, leaves));
    report.fact("tiles", Long.toString(compared), "equal to what the segments say");
    again(unfinished, "are not whole, as after a power cut (the first: " + firstUnfinished + ")");
    again(missing, "that the published checkpoint needs are not there");
    if (beyond > 0) {
      report.note("tile", beyond + " tiles are of entries that were not looked at");
    }
  }

  private void again(long count, String what) {
    if (count > 0) {
      report.note("tile", count + " tiles " + what + "; a start of the server makes them again");
    }
  }

  /** Stops comparing: from here on the tree is not known. */
  void stop() {
    levels.clear();
    bundle.reset();
    whole = false;
  }

  /** Returns the hash that the tiles give for a leaf; null if they do not. Not to be trusted. */
  byte @Nullable [] hint(long index) {
    long number = index / WIDTH;
    int at = (int) (index % WIDTH) * TreeHash.SIZE;
    byte[] best = null;
    for (Path file : files("0", number)) {
      byte[] tile = read(file);
      if (tile != null && tile.length >= at + TreeHash.SIZE) {
        best = Arrays.copyOfRange(tile, at, at + TreeHash.SIZE);
      }
    }
    return best;
  }

  private void hash(int level, byte[] hash) throws IOException {
    if (level == levels.size()) {
      levels.add(new Level());
    }
    Level to = levels.get(level);
    to.hashes.add(hash);
    if (to.hashes.size() == WIDTH) {
      compare(Integer.toString(level), to.tiles, join(to.hashes), TreeHash.SIZE);
      byte[] root = root(to.hashes);
      to.hashes.clear();
      to.tiles++;
      hash(level + 1, root);
    }
  }

  private static byte[] root(List<byte[]> hashes) {
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

  private static byte[] join(List<byte[]> hashes) {
    byte[] tile = new byte[hashes.size() * TreeHash.SIZE];
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(hashes.get(i), 0, tile, i * TreeHash.SIZE, TreeHash.SIZE);
    }
    return tile;
  }

  private void compareBundle(long number, int count) throws IOException {
    if (whole) {
      byte[] expected = bundle.toByteArray();
      for (Path file : files("entries", number)) {
        int width = width(file);
        if (width <= count) {
          compare(file, expected, ends[width - 1]);
        }
      }
    }
    bundle.reset();
    whole = true;
  }

  private void compare(String level, long number, byte[] expected, int unit) {
    for (Path file : files(level, number)) {
      int length = width(file) * unit;
      if (length <= expected.length) {
        compare(file, expected, length);
      }
    }
  }

  private void compare(Path file, byte[] expected, int length) {
    byte[] found = read(file);
    if (found == null) {
      return; // A running server takes away what a wider tile replaces; missing() looks for what is
      // needed.
    }
    if (found.length == length && Arrays.equals(found, 0, length, expected, 0, length)) {
      compared++;
    } else if (isUnfinished(found, expected, length)) {
      unfinished++;
      firstUnfinished = firstUnfinished == null ? place(file) : firstUnfinished;
    } else {
      report.violation(
          place(file),
          "tile differs from the segments: it was changed after it was written. The segments count;"
              + " a start of the server makes the tile again");
    }
  }

  /** Whether a power cut explains it: cut short, or with sectors that were never written. */
  private static boolean isUnfinished(byte[] found, byte[] expected, int length) {
    if (found.length > length) {
      return false;
    }
    for (int at = 0; at < found.length; at += SECTOR) {
      int to = Math.min(found.length, at + SECTOR);
      if (!Segment.zero(found, at, to) && !Arrays.equals(found, at, to, expected, at, to)) {
        return false;
      }
    }
    return true;
  }

  private static byte @Nullable [] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return null;
    }
  }

  /** The files of a tile, full or not, in the order of their widths. */
  private List<Path> files(String level, long number) {
    Path full = folder.resolve(level).resolve(path(number));
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> partials = Files.newDirectoryStream(Path.of(full + ".p"))) {
      partials.forEach(partial -> {
        if (width(partial) > 0) {
          files.add(partial);
        }
      });
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Most have none.
    } catch (IOException | DirectoryIteratorException e) {
      // A running server takes folders away.
    }
    files.sort((one, other) -> Integer.compare(width(one), width(other)));
    if (Files.isRegularFile(full)) {
      files.add(full);
    }
    return files;
  }

  /** Entries of a tile by its file's name: 256 if it is full, 0 if it is none. */
  private int width(Path file) {
    Matcher matcher = PATH.matcher(folder.relativize(file).toString());
    if (!matcher.matches()) {
      return 0;
    }
    int width = matcher.group(3) == null ? WIDTH : Integer.parseInt(matcher.group(3));
    return width <= WIDTH ? width : 0;
  }

  /** Lists files that were not compared; those that a running server takes away are passed over. */
  private final class Listing extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String relative = folder.relativize(file).toString();
      Matcher matcher = PATH.matcher(relative);
      if (matcher.matches()) {
        String level = matcher.group(1);
        int shift = level.equals("entries") ? 0 : 8 * Integer.parseInt(level);
        long number = Long.parseLong(matcher.group(2).replaceAll("[x/]", ""));
        beyond += number * WIDTH + width(file) > (shift < 64 ? leaves >> shift : 0) ? 1 : 0;
      } else if (attributes.isRegularFile() && !relative.endsWith(".tmp")) {
        report.note(place(file), "no tile by its name; not looked at");
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return passOver(file, e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
        throws IOException {
      return e == null ? FileVisitResult.CONTINUE : passOver(visited, e);
    }

    private FileVisitResult passOver(Path file, IOException e) throws IOException {
      if (e instanceof FileSystemException && !Files.exists(file)) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  /** Counts tiles that the published checkpoint needs and that are not there. */
  private long missing(long size) {
    long missing = 0;
    long width = size;
    for (int level = 0; width > 0; level++, width /= WIDTH) {
      for (long number = 0; number * WIDTH < width; number++) {
        long count = Math.min(WIDTH, width - number * WIDTH);
        missing += isThere(Integer.toString(level), number, count) ? 0 : 1;
        missing += level > 0 || isThere("entries", number, count) ? 0 : 1;
      }
    }
    return missing;
  }

  private boolean isThere(String kind, long number, long count) {
    Path full = folder.resolve(kind).resolve(path(number));
    return Files.exists(full)
        || (count < WIDTH && Files.exists(Path.of(full + ".p").resolve(Long.toString(count))));
  }

  private String place(Path file) {
    return "tile/" + folder.relativize(file);
  }

  private static String path(long number) {
    String path = "%03d".formatted(number % 1000);
    for (long left = number / 1000; left > 0; left /= 1000) {
      path = "x%03d/%s".formatted(left % 1000, path);
    }
    return path;
  }
}
