package io.tabellion.audit.files;

import io.tabellion.audit.WriterSettings;
import io.tabellion.audit.checkpoint.VerifierKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a log is kept. All of it needs a restart to change; {@code origin} can never change.
 *
 * @param directory of this log alone; made if missing
 * @param origin name of the log, in every leaf and head: at most 200 bytes, no white space, no '+';
 *     a URL without scheme is good style, e.g. {@code audit.example/acme}
 * @param writer name of this process in leaves, at most 200 bytes
 * @param version of the product, for the {@code start} entry
 * @param segmentSize bytes of a segment file, a multiple of 4,096; at least three times {@code
 *     largestAppend}
 * @param largestAppend most bytes that one append may bring, leaves and contents together
 * @param heartbeat time between heartbeats, at most 60 s
 * @param frozen the damaged log that a new log succeeds; null for one that succeeds none
 */
public record LogSettings(
    Path directory,
    String origin,
    String writer,
    String version,
    long segmentSize,
    long largestAppend,
    Duration heartbeat,
    LogFreeze.@Nullable Frozen frozen) {
  private static final int PAGE = 4096;
  private static final int MAX_NAME = 200;

  public LogSettings {
    if (!VerifierKey.isName(origin) || utf8Length(origin) > MAX_NAME) {
      throw new IllegalArgumentException(
          "origin: unfit (expected: 1 to 200 bytes without white space, '+' and control characters)");
    }
    if (writer.isEmpty() || utf8Length(writer) > MAX_NAME) {
      throw new IllegalArgumentException("writer: unfit (expected: 1 to 200 bytes)");
    }
    if (segmentSize % PAGE != 0 || segmentSize > Integer.MAX_VALUE - PAGE) {
      throw new IllegalArgumentException(
          "segment-size: " + segmentSize + " (expected: a multiple of 4096 below 2 GiB)");
    }
    if (largestAppend < 1 << 17 || largestAppend > segmentSize / 3) {
      throw new IllegalArgumentException(
          "largest-append: " + largestAppend + " (expected: 128 KiB to segment-size / 3)");
    }
    if (!heartbeat.isPositive() || heartbeat.compareTo(Duration.ofSeconds(60)) > 0) {
      throw new IllegalArgumentException(
          "heartbeat: " + heartbeat + " (expected: more than 0, at most 60 s)");
    }
  }

  /** The defaults: segments of 64 MiB, appends to 20 MiB, a heartbeat every 30 s. */
  public static LogSettings of(Path directory, String origin, String version) {
    return new LogSettings(
        directory, origin, "gateway", version, 64L << 20, 20L << 20, Duration.ofSeconds(30), null);
  }

  public LogSettings withWriter(String name) {
    return new LogSettings(
        directory, origin, name, version, segmentSize, largestAppend, heartbeat, frozen);
  }

  public LogSettings withSegments(long size, long largest) {
    return new LogSettings(directory, origin, writer, version, size, largest, heartbeat, frozen);
  }

  public LogSettings withHeartbeat(Duration interval) {
    return new LogSettings(
        directory, origin, writer, version, segmentSize, largestAppend, interval, frozen);
  }

  LogSettings succeeding(LogFreeze.Frozen damaged) {
    return new LogSettings(
        directory, origin, writer, version, segmentSize, largestAppend, heartbeat, damaged);
  }

  WriterSettings ofWriter() {
    return new WriterSettings(origin, writer, version, largestAppend, heartbeat);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
