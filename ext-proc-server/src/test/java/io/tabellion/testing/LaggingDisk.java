package io.tabellion.testing;

import io.tabellion.durable.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A disk that lies: what is written to a segment reaches the file only some time later, and forcing
 * it does nothing. A log on it acknowledges before it writes, so that a kill loses entries; what
 * checks a log must notice. Readers of this process see what was written at once.
 *
 * <p>Thread-safe.
 */
public final class LaggingDisk implements Disk {
  private final Disk real;
  private final Duration lag;
  private final Map<Path, Deque<Late>> late = new ConcurrentHashMap<>();
  private final Executor timer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("lagging-disk").factory());

  private record Late(long position, ByteBuffer bytes) {}

  public LaggingDisk(Disk real, Duration lag) {
    this.real = real;
    this.lag = lag;
  }

  @Override
  public void createFolder(Path folder, Access access) throws IOException {
    real.createFolder(folder, access);
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    return real.list(folder);
  }

  @Override
  public boolean exists(Path path) {
    return real.exists(path);
  }

  @Override
  public DiskFile create(Path file, Access access) throws IOException {
    return real.create(file, access);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    DiskFile opened = real.open(file);
    return file.toString().endsWith(".seg") ? new LateFile(file, opened, false) : opened;
  }

  @Override
  public DiskFile openToRead(Path file) throws IOException {
    DiskFile opened = real.openToRead(file);
    return late.containsKey(file) ? new LateFile(file, opened, true) : opened;
  }

  @Override
  public @Nullable String excessOf(Path file) throws IOException {
    return real.excessOf(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    real.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    real.delete(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    real.forceFolder(folder);
  }

  @Override
  public long usable(Path folder) throws IOException {
    return real.usable(folder);
  }

  @Override
  public Lock lock(Path file) throws IOException {
    return real.lock(file);
  }

  private final class LateFile implements DiskFile {
    private final Path path;
    private final DiskFile file;
    private final boolean readOnly;

    LateFile(Path path, DiskFile file, boolean readOnly) {
      this.path = path;
      this.file = file;
      this.readOnly = readOnly;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      int start = target.position();
      file.read(target, position);
      Deque<Late> writes = late.getOrDefault(path, new ArrayDeque<>());
      synchronized (writes) {
        writes.forEach(write -> overlay(write, target, start, position));
      }
    }

    @Override
    public void write(ByteBuffer source, long position) {
      Late write = new Late(position, ByteBuffer.allocate(source.remaining()).put(source).flip());
      Deque<Late> writes = late.computeIfAbsent(path, _ -> new ArrayDeque<>());
      synchronized (writes) {
        writes.addLast(write);
      }
      CompletableFuture.delayedExecutor(lag.toNanos(), TimeUnit.NANOSECONDS, timer)
          .execute(() -> land(writes));
    }

    @Override
    public void force() {}

    @Override
    public void requireInPlace() throws IOException {
      file.requireInPlace();
    }

    @Override
    public void close() throws IOException {
      if (readOnly || !late.containsKey(path)) {
        file.close();
      } // else it is still written to
    }

    private void land(Deque<Late> writes) {
      synchronized (writes) {
        Late write = writes.removeFirst();
        try {
          file.write(write.bytes(), write.position());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void overlay(Late write, ByteBuffer target, int start, long position) {
    long from = Math.max(position, write.position());
    long to =
        Math.min(position + target.position() - start, write.position() + write.bytes().limit());
    if (from < to) {
      target.put(
          (int) (start + from - position),
          write.bytes(),
          (int) (from - write.position()),
          (int) (to - from));
    }
  }
}
