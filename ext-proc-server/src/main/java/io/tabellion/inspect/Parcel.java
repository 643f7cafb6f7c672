package io.tabellion.inspect;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request's body, for as long as it is needed: while people decide, a large one lies
 * in the {@link BodySpool}.
 *
 * <p>Belongs to the walk of one request; used by one thread at a time.
 */
final class Parcel implements AutoCloseable {
  /** Bytes of a body that stay in memory. */
  private static final int SMALL = 2 << 10;

  private final BodySpool spool;
  private final Runnable settled;
  private @Nullable Upload upload;
  private BodySpool.@Nullable Item lies;
  private boolean lain;

  /**
   * @param settled runs when the body as it came need not be held any more, perhaps several times
   */
  Parcel(Upload upload, Runnable settled, BodySpool spool) {
    this.upload = upload;
    this.settled = settled;
    this.spool = spool;
  }

  /** What came. One that lies elsewhere and cannot be got is one that there was no room for. */
  Upload upload() {
    if (upload == null && lies != null) {
      upload = taken(lies);
      lies = null;
    }
    return upload == null ? new Upload.Cut(Upload.Why.NO_ROOM, 0) : upload;
  }

  private Upload taken(BodySpool.Item item) {
    try {
      return new Upload.Whole(spool.get(item));
    } catch (IOException e) {
      return new Upload.Cut(Upload.Why.NO_ROOM, item.size());
    } finally {
      spool.drop(item);
    }
  }

  /** Bytes of it, wherever they are. */
  long size() {
    return lies == null ? upload == null ? 0 : upload.size() : lies.size();
  }

  /** The body as it came need not be held any more. */
  void settled() {
    settled.run();
  }

  /** Nobody looks at it for a while. */
  void lay() {
    lain = true;
    if (upload instanceof Upload.Whole(var bytes) && bytes.size() > SMALL) {
      lies = spool.put(bytes);
      if (lies != null) {
        upload = null;
        settled.run();
      }
    }
  }

  /** Whether people had to decide about it. */
  boolean hasLain() {
    return lain;
  }

  @Override
  public void close() {
    upload = null;
    if (lies != null) {
      spool.drop(lies);
      lies = null;
    }
  }
}
