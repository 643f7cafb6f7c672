package io.tabellion.audit.verify;

import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** A real log in a folder, and the hand of someone who changes it afterwards. */
final class LogOnDisk {
  static final String ORIGIN = "audit.example/test";
  private static final int PAGE = 4096;
  private static final long MAGIC = 0x8954424c4752500aL;
  private static final InstantSource CLOCK = InstantSource.system();

  private final Path directory;

  LogOnDisk(Path directory) {
    this.directory = directory;
  }

  /** What one does to an open log. */
  interface Use {
    void on(FileAuditLog log) throws InterruptedException;
  }

  /** Writes a log of some calls, a stream and enough entries for a full tile. */
  static LogOnDisk write(Path directory) {
    LogOnDisk log = new LogOnDisk(directory);
    log.use(open -> {
      for (int i = 0; i < 12; i++) {
        Entry intent = Samples.intent(CLOCK, "alice", "echo", "{\"n\":" + i + "}");
        open.append(List.of(intent));
        open.append(List.of(Samples.outcome(CLOCK, intent, "{\"r\":" + i + "}")));
      }
      for (int i = 0; i < 13; i++) {
        open.append(tenCalls());
      }
      Entry watch = Samples.intent(CLOCK, "carol", "watch", "{}");
      open.append(List.of(watch, event(watch, 1), event(watch, 2)));
      open.append(List.of(Samples.outcome(CLOCK, watch, "{}")));
    });
    return log;
  }

  private static List<Entry> tenCalls() {
    List<Entry> many = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Entry intent = Samples.intent(CLOCK, "bob", "echo", null);
      many.add(intent);
      many.add(Samples.outcome(CLOCK, intent, "{}"));
    }
    return many;
  }

  static Entry event(Entry intent, int number) {
    Facts facts =
        Facts.builder().put(Fact.INTENT, intent.id().toString()).put(Fact.EVENT, number).build();
    return new Entry(EntryId.next(CLOCK), EntryKind.STREAM_EVENT, facts, null);
  }

  static Entry intent(String tool) {
    return Samples.intent(CLOCK, "alice", tool, "{}");
  }

  static Entry outcome(Entry intent) {
    return Samples.outcome(CLOCK, intent, "{}");
  }

  /** Opens the log, uses it, closes it. */
  void use(Use use) {
    LogSettings settings =
        LogSettings.of(directory, ORIGIN, "test").withSegments(100L * PAGE, 1 << 17);
    try (FileAuditLog log = FileAuditLog.open(settings, CLOCK, new Metrics())) {
      use.on(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Path directory() {
    return directory;
  }

  String vkey() {
    return text(directory.resolve("keys/log.vkey"));
  }

  /** Returns a copy as it is now. */
  LogOnDisk copyTo(Path target) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(directory.relativize(file).toString()));
      }
      return new LogOnDisk(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes what is derived, as one does who wants to leave no trace. */
  void deleteDerived() {
    delete(directory.resolve("checkpoint"));
    delete(directory.resolve("integrated"));
    delete(directory.resolve("tile"));
  }

  /** Where a group is. */
  record Place(Path segment, int offset, int end) {}

  /** Returns all groups, in order. */
  List<Place> groups() {
    List<Place> groups = new ArrayList<>();
    for (Path segment : segments()) {
      byte[] bytes = bytes(segment);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      for (int at = PAGE; at < bytes.length; at += PAGE) {
        if (buffer.getLong(at) == MAGIC) {
          int length = 64;
          for (int field = 32; field <= 44; field += 4) {
            length += buffer.getInt(at + field);
          }
          groups.add(new Place(segment, at, at + (length + PAGE - 1) / PAGE * PAGE));
        }
      }
    }
    return groups;
  }

  List<Path> segments() {
    try (Stream<Path> files = Files.list(directory.resolve("segments"))) {
      return files.filter(file -> file.toString().endsWith(".seg")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes a group's bytes and makes its checksums right again. */
  void change(Place group, Consumer<ByteBuffer> change) {
    change(
        group.segment(),
        file -> {
          ByteBuffer bytes = file.slice(group.offset(), group.end() - group.offset());
          change.accept(bytes);
          int leaves = 64 + bytes.getInt(32) + bytes.getInt(36);
          bytes.putInt(48, crc(bytes, leaves, bytes.getInt(40) + bytes.getInt(44)));
          bytes.putInt(60, crc(bytes, 0, 60));
        });
  }

  /** Changes a file's bytes. */
  static void change(Path file, Consumer<ByteBuffer> change) {
    byte[] bytes = bytes(file);
    change.accept(ByteBuffer.wrap(bytes));
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void flip(ByteBuffer bytes, int at) {
    bytes.put(at, (byte) (bytes.get(at) ^ 1));
  }

  static void zero(ByteBuffer bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      bytes.put(i, (byte) 0);
    }
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  static void delete(Path path) {
    try (Stream<Path> files = Files.exists(path) ? Files.walk(path) : Stream.empty()) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int crc(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }
}
