package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Recent;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Publishes what is durable: tiles, then the checkpoint that needs them (docs/audit-format.md §6),
 * at most once a second. All of it can be made again from the segments.
 *
 * <p>One thread; it sees the store as readers do.
 */
final class Publisher implements Runnable {
  static final String CHECKPOINT = "checkpoint";

  private static final System.Logger LOG = System.getLogger(Publisher.class.getName());
  private static final Duration PACE = Duration.ofSeconds(1);

  private final Disk disk;
  private final Path log;
  private final FileStore store;
  private final Closing closing;
  private final Tiles tiles;
  private boolean behind; // the last attempt failed

  /** Waits for the end of the log. */
  @FunctionalInterface
  interface Closing {
    boolean await(long time, TimeUnit unit) throws InterruptedException;
  }

  Publisher(Disk disk, Path log, FileStore store, Recent recent, Closing closing) {
    this.disk = disk;
    this.log = log;
    this.store = store;
    this.closing = closing;
    this.tiles = new Tiles(disk, log, store, recent);
  }

  @Override
  public void run() {
    try {
      long published = 0;
      boolean last = false;
      while (!last) {
        last = closing.await(published == 0 ? 0 : PACE.toMillis(), TimeUnit.MILLISECONDS);
        if (store.awaitSize(published, last ? Duration.ZERO : PACE)) {
          published = publish(published);
        }
      }
      tiles.mark();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "tiles are not marked: {0}", e.toString());
    }
  }

  /**
   * Publishes the newest head, and says once if it cannot; returns its size, or {@code published}
   * if that failed.
   */
  long publish(long published) {
    SignedCheckpoint head = store.head().signed();
    if (head == null) {
      return published;
    }
    try {
      store.requireNewestInPlace(); // else a folder that was removed would be made anew
      tiles.grow(head.checkpoint().size());
      Durably.replaceUnforced(disk, log.resolve(CHECKPOINT), head.note(), Disk.Access.OWNER_WRITES);
      behind = false;
      return head.checkpoint().size();
    } catch (IOException | UncheckedIOException e) {
      if (!behind) {
        LOG.log(Level.WARNING, "checkpoint is not published: {0}", e.toString());
      }
      behind = true;
      return published;
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
