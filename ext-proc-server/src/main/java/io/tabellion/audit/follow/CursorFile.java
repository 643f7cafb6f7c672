package io.tabellion.audit.follow;

import com.google.protobuf.ByteString;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How far a follower is, in a file of its own: a decimal number and a newline.
 *
 * <p>Not thread-safe.
 */
public final class CursorFile {
  private static final int MOST_BYTES = 64;

  private final Disk disk;
  private final Path file;

  public CursorFile(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  /** Returns what was written last; 0 if there is nothing that can be read as a number. */
  public long read() throws IOException {
    if (!disk.exists(file)) {
      return 0;
    }
    String mark = Durably.read(disk, file, MOST_BYTES).toStringUtf8().stripTrailing();
    return mark.matches("[0-9]{1,18}") ? Long.parseLong(mark) : 0;
  }

  /** Writes how many entries the follower has; durable on return, the old or the new number. */
  public void write(long entries) throws IOException {
    Durably.replace(disk, file, ByteString.copyFromUtf8(entries + "\n"), Disk.Access.OWNER_WRITES);
  }
}
