package io.tabellion.audit.index;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.StoredEntry;
import io.tabellion.pace.LowPriority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The index of a log, built anew beside one that nobody vouches for: a server that was killed left
 * no seal, so somebody may have written to the file since. Searches go on in that one meanwhile.
 *
 * <p>A thread of the lowest priority builds; once {@link #state} says BUILT, it belongs to whoever
 * asked.
 */
final class Replacement {
  /** Entries of one transaction: few, so that it ends soon when it is told to. */
  private static final int BATCH = 1024;

  /** Bytes of the disk that are left alone. */
  private static final long SPARED = 256L << 20;

  private static final System.Logger LOG = System.getLogger(Replacement.class.getName());

  private final Path index;
  private final Path file;
  private final AuditReader.Feed feed;
  private final Terms terms;
  private final Thread builder;
  private volatile State state = State.BUILDING;
  private volatile boolean stopped;

  /** The builder's; of whoever asked once it is built. */
  private @Nullable Database database;

  private long size;

  /** How far it is. */
  enum State {
    BUILDING,
    /** All that there was when it was asked last is in it. */
    BUILT,
    /** The disk failed, or is full. */
    FAILED
  }

  private Replacement(
      Path index, String identity, AuditReader reader, Terms terms, LongSupplier goal) {
    this.index = index;
    this.file = index.resolveSibling(index.getFileName() + ".new");
    this.feed = reader.feed();
    this.terms = terms;
    this.builder = LowPriority.threads("audit-index-anew-").newThread(() -> build(identity, goal));
  }

  /**
   * Starts to build.
   *
   * @param index the file that it is to replace
   * @param goal how many entries that one has
   */
  static Replacement start(
      Path index, String identity, AuditReader reader, Terms terms, LongSupplier goal) {
    var made = new Replacement(index, identity, reader, terms, goal);
    made.builder.start();
    return made;
  }

  State state() {
    return state;
  }

  private void build(String identity, LongSupplier goal) {
    try {
      SearchIndex.delete(file);
      requireRoom();
      database = Database.open(file, identity);
      while (!stopped && size < goal.getAsLong()) {
        add(goal.getAsLong());
      }
      state = State.BUILT;
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the search index could not be built anew: {0}. The one that is there is used; it is tried"
              + " again",
          e.getMessage());
      drop();
      state = State.FAILED;
    }
  }

  /** The log goes before: a disk that is nearly full is not filled by this. */
  private void requireRoom() throws IOException {
    long needed = 2 * Files.size(index) + SPARED;
    long there = Files.getFileStore(index).getUsableSpace();
    if (there < needed) {
      throw new IOException(
          "%,d bytes are free on the disk (expected: %,d)".formatted(there, needed));
    }
  }

  private void add(long goal) {
    List<StoredEntry> entries = new ArrayList<>();
    int most = (int) Math.min(BATCH, goal - size);
    while (entries.size() < most) {
      entries.addAll(feed.read(size + entries.size(), most - entries.size()));
    }
    Database to = database;
    if (to != null) {
      to.add(entries, terms);
    }
    size = entries.getLast().index() + 1;
  }

  /**
   * Adds what came since, and puts the file in the place of the other, which nobody has open.
   *
   * @param goal how many entries it must have
   */
  void putInPlace(long goal) throws IOException {
    while (size < goal) {
      add(goal);
    }
    close();
    SearchIndex.delete(index);
    Files.move(file, index, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Ends the building, and takes away what there is of it. */
  void stop() {
    stopped = true;
    SearchIndex.join(builder);
    drop();
  }

  private void drop() {
    close();
    try {
      SearchIndex.delete(file);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "index.sqlite.new: cannot be deleted", e);
    }
  }

  private void close() {
    feed.close();
    Database built = database;
    if (built != null) {
      built.close();
      database = null;
    }
  }
}
