package io.tabellion.faults;

import io.tabellion.durable.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A disk that lies: it says that a segment is written and forced, and writes later. What was said
 * in between is lost with the process. Everything else is as on the disk below.
 *
 * <p>Thread-safe.
 */
public final class EarlyDisk implements Disk {
  private static final Duration LATER = Duration.ofMillis(300);

  private final Disk disk;
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  /** All that is not written yet; guarded by itself. */
  private final List<Pending> pending = new ArrayList<>();

  private record Pending(Path file, ByteBuffer bytes, long position) {}

  public EarlyDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public void createFolder(Path folder, Access access) throws IOException {
    disk.createFolder(folder, access);
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    return disk.list(folder);
  }

  @Override
  public boolean exists(Path path) {
    return disk.exists(path);
  }

  @Override
  public DiskFile create(Path file, Access access) throws IOException {
    return disk.create(file, access);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    DiskFile opened = disk.open(file);
    return file.toString().endsWith(".seg") ? new EarlyFile(file, opened) : opened;
  }

  @Override
  public DiskFile openToRead(Path file) throws IOException {
    return open(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    disk.delete(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    disk.forceFolder(folder);
  }

  @Override
  public long usable(Path folder) throws IOException {
    return disk.usable(folder);
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    return disk.lock(file);
  }

  private final class EarlyFile implements DiskFile {
    private final Path path;
    private final DiskFile file;

    EarlyFile(Path path, DiskFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      synchronized (pending) {
        int start = target.position();
        file.read(target, position);
        for (Pending write : pending) {
          if (write.file().equals(path)) {
            overlay(write, target, start, position);
          }
        }
      }
    }

    @Override
    public void write(ByteBuffer source, long position) {
      ByteBuffer copy = ByteBuffer.allocate(source.remaining()).put(source).flip();
      Pending write = new Pending(path, copy, position);
      synchronized (pending) {
        pending.add(write);
      }
      var _ = writer.schedule(() -> land(write), LATER.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void force() {
      // The lie.
    }

    @Override
    public void close() throws IOException {
      file.close();
    }

    private static void overlay(Pending write, ByteBuffer target, int start, long position) {
      for (int i = start; i < target.position(); i++) {
        long at = position + (i - start) - write.position();
        if (at >= 0 && at < write.bytes().limit()) {
          target.put(i, write.bytes().get((int) at));
        }
      }
    }
  }

  private void land(Pending write) {
    try (DiskFile file = disk.open(write.file())) {
      file.write(write.bytes().duplicate(), write.position());
      file.force();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (pending) {
      pending.remove(write);
    }
  }
}
