package io.tabellion.audit.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tiles (C2SP tlog-tiles), which are derived: each that is there must say what the segments
 * say.
 *
 * <p>Belongs to one thread.
 */
final class Tiles {
  private static final int WIDTH = 256;
  private static final Pattern PATH =
      Pattern.compile("(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

  private final Report report;
  private final Path folder;
  private final List<Tile> hashes = new ArrayList<>();
  private final Map<Long, List<Tile>> bundles = new HashMap<>();
  private final ByteArrayOutputStream bundle = new ByteArrayOutputStream();
  private final List<Integer> ends = new ArrayList<>();
  private long leaves;
  private long equal;

  /** A tile file. Level -1 stands for entry bundles. */
  private record Tile(Path file, String place, int level, long number, int width) {}

  Tiles(Report report, Path log) throws IOException {
    this.report = report;
    this.folder = log.resolve("tile");
    if (Files.isDirectory(folder)) {
      Files.walkFileTree(folder, new Listing());
    }
  }

  /** Lists the files; those that a running server takes away meanwhile are passed over. */
  private final class Listing extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        list(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return e instanceof NoSuchFileException
          ? FileVisitResult.CONTINUE
          : super.visitFileFailed(file, e);
    }
  }

  /** Takes the next leaf. */
  void add(byte[] leaf) throws IOException {
    bundle.write(leaf.length >> 8);
    bundle.write(leaf.length);
    bundle.writeBytes(leaf);
    ends.add(bundle.size());
    leaves++;
    if (ends.size() == WIDTH) {
      checkBundle((leaves - 1) / WIDTH);
    }
  }

  /** Compares what is there with the whole tree. */
  void end(Tree tree, long published) throws IOException {
    if (!ends.isEmpty()) {
      checkBundle((leaves - 1) / WIDTH);
    }
    for (List<Tile> left : bundles.values()) {
      left.forEach(tile -> report.violation(tile.place(), "tile is beyond the end of the log"));
    }
    for (Tile tile : hashes) {
      long last = tile.number() * WIDTH + tile.width();
      if (last > tree.width(tile.level())) {
        report.violation(tile.place(), "tile is beyond the end of the log");
      } else {
        compare(tile, tree.tile(tile.level(), tile.number(), tile.width()));
      }
    }
    report.fact("tiles", equal + " equal to the segments");
    missing(published);
  }

  private void checkBundle(long number) throws IOException {
    List<Tile> files = bundles.getOrDefault(number, new ArrayList<>());
    byte[] whole = bundle.toByteArray();
    for (Tile tile : List.copyOf(files)) {
      if (tile.width() <= ends.size()) {
        files.remove(tile);
        compare(tile, Arrays.copyOf(whole, ends.get(tile.width() - 1)));
      }
    }
    bundle.reset();
    ends.clear();
  }

  private void compare(Tile tile, byte[] expected) throws IOException {
    try {
      if (Arrays.equals(Files.readAllBytes(tile.file()), expected)) {
        equal++;
      } else {
        report.violation(tile.place(), "tile differs from the segments");
      }
    } catch (NoSuchFileException e) {
      // A running server takes away what a wider tile replaces; what is needed is looked for below.
    }
  }

  /** Notes tiles that the published checkpoint needs and that are not there. */
  private void missing(long size) {
    long missing = 0;
    long width = size;
    for (int level = 0; width > 0; level++, width /= WIDTH) {
      for (long number = 0; number * WIDTH < width; number++) {
        long count = Math.min(WIDTH, width - number * WIDTH);
        missing += there(Integer.toString(level), number, count) ? 0 : 1;
        missing += level > 0 || there("entries", number, count) ? 0 : 1;
      }
    }
    if (missing > 0) {
      report.note(
          "tile", missing + " tiles that the checkpoint needs are not there; a start makes them");
    }
  }

  private boolean there(String kind, long number, long count) {
    Path whole = folder.resolve(kind).resolve(path(number));
    return Files.exists(whole)
        || (count < WIDTH && Files.exists(Path.of(whole + ".p").resolve(Long.toString(count))));
  }

  private static String path(long number) {
    String path = "%03d".formatted(number % 1000);
    for (long left = number / 1000; left > 0; left /= 1000) {
      path = "x%03d/%s".formatted(left % 1000, path);
    }
    return path;
  }

  private void list(Path file) {
    String relative = folder.relativize(file).toString();
    Matcher matcher = PATH.matcher(relative);
    if (!matcher.matches()) {
      report.note("tile/" + relative, "no tile by its name; not looked at");
      return;
    }
    long number = Long.parseLong(matcher.group(2).replaceAll("[x/]", ""));
    String partial = matcher.group(3);
    int width = partial == null ? WIDTH : Integer.parseInt(partial);
    boolean entries = matcher.group(1).equals("entries");
    int level = entries ? -1 : Integer.parseInt(matcher.group(1));
    Tile tile = new Tile(file, "tile/" + relative, level, number, width);
    if (entries) {
      bundles.computeIfAbsent(number, at -> new ArrayList<>()).add(tile);
    } else {
      hashes.add(tile);
    }
  }
}
