package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Recent;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.follow.Work;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what is durable: tiles, then the checkpoint that needs them (docs/audit-format.md §6),
 * at most once a second. All of it can be made again from the segments; {@code integrated} says
 * from where on.
 *
 * <p>Of one follower; it sees the store as readers do.
 */
final class Publisher implements Work {
  static final String CHECKPOINT = "checkpoint";

  private static final System.Logger LOG = System.getLogger(Publisher.class.getName());
  private static final long PACE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Disk disk;
  private final Path log;
  private final FileStore store;
  private final Tiles tiles;
  private long published; // leaves
  private long publishedAt = System.nanoTime() - PACE_NANOS;

  Publisher(Disk disk, Path log, FileStore store, Recent recent) {
    this.disk = disk;
    this.log = log;
    this.store = store;
    this.tiles = new Tiles(disk, log, store, recent);
  }

  /** Full tiles that are surely on the disk are not written again. */
  @Override
  public long begin() throws IOException {
    published = Math.max(published, Math.min(tiles.begin(), store.head().size()));
    return published;
  }

  @Override
  public void gather() throws InterruptedException {
    long left = PACE_NANOS - (System.nanoTime() - publishedAt);
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }

  /** Publishes the newest head. */
  @Override
  public long take(long from, long size) throws IOException {
    SignedCheckpoint head = store.head().signed();
    if (head == null) {
      return from;
    }
    store.requireNewestInPlace(); // else a folder that was removed would be made anew
    tiles.grow(head.checkpoint().size());
    Durably.replaceUnforced(disk, log.resolve(CHECKPOINT), head.note(), Disk.Access.OWNER_WRITES);
    publishedAt = System.nanoTime();
    published = head.checkpoint().size();
    return published;
  }

  /** Publishes the last head of a log that is closed. */
  @Override
  public void end(@Nullable Throwable failure) {
    try {
      if (store.head().size() > published) {
        take(published, store.head().size());
      }
      tiles.mark();
    } catch (IOException | UncheckedIOException e) {
      LOG.log(
          Level.WARNING, "the last checkpoint or its tiles are not published: {0}", e.toString());
    }
  }

  /** Bytes of an entry bundle. */
  static ByteString bundle(Iterable<ByteString> leaves) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ByteString leaf : leaves) {
      out.write(leaf.size() >> Byte.SIZE);
      out.write(leaf.size());
      out.writeBytes(leaf.toByteArray());
    }
    return ByteString.copyFrom(out.toByteArray());
  }
}
