package io.tabellion.audit.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the directory of a log: every group, leaf, chain, head and content, read forward up to
 * the last signed head. What lies behind it is not part of the log yet. What is derived (tiles,
 * checkpoint) is compared where it is whole; the search index is not looked at.
 *
 * <p>What it cannot see without a checkpoint that was kept elsewhere: entries cut off the end, or
 * the whole log set back, together with what is derived. With one, both are violations, and so is a
 * fork.
 *
 * <p>Groups are checked by themselves on several threads; one thread, the caller's, joins them. The
 * memory that it needs does not grow with the log, but with what is open in it.
 *
 * <p>For one use.
 */
final class LogVerifier {
  /** Bytes that are read ahead of the joining thread: enough to keep two threads busy. */
  private static final long AHEAD = 2L << 20;

  private final Path log;
  private final LogKey key;
  private final @Nullable SignedHead older;
  private final Verification.Scope scope;
  private final Report report;
  private final ContentKeys keys;
  private final Joined joined;
  private final Published published;

  LogVerifier(
      Path log, LogKey key, @Nullable SignedHead older, Verification.Scope scope, Report report)
      throws IOException {
    this.log = log;
    this.key = key;
    this.older = older;
    this.scope = scope;
    this.report = report;
    Path folder = log.resolve("keys");
    keys = new ContentKeys(scope.contents() && Files.isDirectory(folder) ? folder : null);
    published = Published.read(log, key, report); // before the segments: it never leads them
    joined = new Joined(log, key, keys, published.head(), older, scope, report);
  }

  void verify() throws IOException {
    checkFolder();
    Path segments = log.resolve("segments");
    try (Walk walk = new Walk(segments, key.name(), report::violation)) {
      walk(walk, joined);
      checkSpares(segments, walk.used());
    }
    if (joined.size() == 0 && Files.exists(log.resolve("format"))) {
      report.violation("segments", "no entries (expected: the entries of the log that was here)");
    }
    joined.end(this::again);
    published.compare(joined);
    compareOlder();
  }

  private void checkFolder() throws IOException {
    Path file = log.resolve("format");
    String expected = "tabellion-log/1\n" + key.name() + "\n";
    if (Files.exists(file) && !Files.readString(file).equals(expected)) {
      report.violation("format", "not of this log and version");
    }
    if (!Files.isDirectory(log.resolve("segments"))) {
      report.violation("segments", "not there (expected: the entries of the log that was here)");
    }
    if (Files.exists(log.resolve("frozen"))) {
      report.note("frozen", "the log has ended; another one succeeds it");
    }
  }

  /** What is on its way through the checks. */
  private sealed interface Pending {
    record Groups(Future<List<Checked>> checked, long bytes) implements Pending {}

    record Other(Walk.Piece piece) implements Pending {}
  }

  private void walk(Walk walk, Joined to) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("verify-", 1).daemon().factory())) {
      Deque<Pending> pending = new ArrayDeque<>();
      long ahead = 0;
      while (!to.ended() && (!walk.ended() || !pending.isEmpty())) {
        while (!walk.ended() && (ahead < AHEAD || pending.isEmpty())) {
          Pending next = submit(walk.next(), pool);
          ahead += next instanceof Pending.Groups groups ? groups.bytes() : 0;
          pending.addLast(next);
        }
        switch (pending.removeFirst()) {
          case Pending.Groups groups -> {
            for (Checked group : get(groups.checked())) {
              to.add(group, walk);
            }
            ahead -= groups.bytes();
          }
          case Pending.Other(Walk.Piece.Hole hole) -> to.hole(hole, walk);
          case Pending.Other(Walk.Piece.End end) -> to.end(end, walk);
          case Pending.Other(Walk.Piece.Groups groups) -> throw new IllegalStateException();
        }
      }
      pool.shutdownNow();
    }
  }

  private Pending submit(Walk.Piece piece, ExecutorService pool) {
    return piece instanceof Walk.Piece.Groups groups
        ? new Pending.Groups(pool.submit(() -> check(groups)), groups.bytes().length)
        : new Pending.Other(piece);
  }

  private List<Checked> check(Walk.Piece.Groups groups) {
    GroupCheck check = new GroupCheck(key, scope.signatures(), new ContentCheck(keys));
    long start = groups.frames().getFirst().offset();
    List<Checked> checked = new ArrayList<>(groups.frames().size());
    for (Frame frame : groups.frames()) {
      checked.add(check.check(frame, groups.bytes(), (int) (frame.offset() - start)));
    }
    return checked;
  }

  private static <T> T get(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IOException("a check ended: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Segments that are made before they are needed, and segments that should not be there. */
  private void checkSpares(Path folder, long used) throws IOException {
    Map<Long, String> names = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .map(file -> String.valueOf(file.getFileName()))
            .filter(name -> name.matches("[0-9]{16}\\.seg"))
            .forEach(name -> names.put(Long.parseLong(name.substring(0, 16)), name));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    long expected = 0;
    for (long number : names.keySet()) {
      if (number > expected && !Files.exists(folder.resolve(Segment.fileName(expected)))) {
        report.violation(Segment.name(number), "segment " + expected + " is missing before it");
      }
      expected = number + 1;
      if (number >= Math.max(used, 1)) {
        checkSpare(folder, number);
      }
    }
    joined.segments(used, Math.max(0, names.size() - used));
  }

  private void checkSpare(Path folder, long number) throws IOException {
    try (Segment spare = Segment.open(folder, number)) {
      String problem = spare == null ? null : spare.headerProblem(key.name());
      if (problem != null) {
        report.violation(Segment.name(number), problem);
      }
    }
  }

  /** Reads all that was verified once more. */
  private void again(Doubts.Visitor visitor) throws IOException {
    long size = joined.size();
    try (Walk walk = new Walk(log.resolve("segments"), key.name(), (_, _) -> {})) {
      GroupCheck check = new GroupCheck(key, 0, new ContentCheck(new ContentKeys(null)));
      while (!walk.ended()) {
        if (walk.next() instanceof Walk.Piece.Groups groups) {
          long start = groups.frames().getFirst().offset();
          for (Frame frame : groups.frames()) {
            if (frame.first() >= size) {
              return;
            }
            Checked group = check.check(frame, groups.bytes(), (int) (frame.offset() - start));
            visit(group, visitor);
          }
        }
      }
    }
  }

  private static void visit(Checked group, Doubts.Visitor visitor) {
    for (int i = 0; i < group.leaves().size(); i++) {
      LeafReading reading = group.leaves().get(i).reading();
      if (reading != null) {
        visitor.visit(group.frame().first() + i, reading);
      }
    }
  }

  private void compareOlder() {
    if (older == null) {
      report.note(
          "checkpoint",
          "no older one from elsewhere was given (--checkpoint): a cut end cannot be excluded");
      return;
    }
    report.fact("older", Long.toString(older.size()), "entries in the checkpoint from elsewhere");
    Published.agree("--checkpoint", older, key, joined, report);
  }
}
