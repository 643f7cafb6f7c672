package io.tabellion.stop;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditReader;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.secret.KeyedHash;
import io.tabellion.secret.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which stops the first entries of a log leave without an end, in one file: {@code HMAC \n} and
 * {@code {"v": 1, "log": ORIGIN, "size": N, "last": HEX, "stops": [{"entry": N, "refused": N}]}}.
 * The HMAC, under a key of the log, is of all that follows; {@code last} is the SHA-256 of the last
 * of the entries, {@code entry} the index of the one that set the stop.
 *
 * <p>Immutable and thread-safe.
 *
 * @param log its origin
 * @param size how many entries tell of these stops
 * @param last digest of the newest of them; empty of none
 */
record StopSnapshot(String log, long size, String last, List<Set> stops) {
  private static final String LABEL = "stops/v1";
  private static final int DIGEST = 64;
  private static final int MOST_BYTES = 1 << 20;
  private static final Limits LIMITS = new Limits(8, 100_000, 1 << 10, 1 << 8, 1);

  StopSnapshot {
    stops = List.copyOf(stops);
  }

  /**
   * A stop that was set.
   *
   * @param entry index of the entry
   * @param refused messages that it refused
   */
  record Set(long entry, long refused) {}

  /** A snapshot of the first entries of a log. */
  static StopSnapshot of(AuditReader log, long size, Told told) {
    return new StopSnapshot(
        log.key().name(),
        size,
        last(log, size),
        told.open().stream().map(open -> new Set(open.entry(), open.refused())).toList());
  }

  private static String last(AuditReader log, long size) {
    return size == 0 ? "" : Sha256.hex(log.read(size - 1).bytes());
  }

  /** Whether it was made of the beginning of this log. */
  boolean isOf(AuditReader reader) {
    return log.equals(reader.key().name())
        && size >= 0
        && size <= reader.size()
        && stops.stream().allMatch(set -> set.entry() >= 0 && set.entry() < size)
        && last.equals(last(reader, size));
  }

  void write(Disk disk, Path file, KeyedHash hash) throws IOException {
    ByteString text = JsonWriter.write(json());
    ByteString head = ByteString.copyFromUtf8(hash.of(LABEL, text) + "\n");
    Durably.replace(disk, file, head.concat(text), Disk.Access.SECRET);
  }

  private Json.Obj json() {
    return Json.Obj.EMPTY
        .with("v", Json.Num.of(1))
        .with("log", new Json.Text(log))
        .with("size", Json.Num.of(size))
        .with("last", new Json.Text(last))
        .with(
            "stops",
            new Json.Array(
                stops.stream()
                    .<Json>map(set ->
                        Json.Obj.EMPTY
                            .with("entry", Json.Num.of(set.entry()))
                            .with("refused", Json.Num.of(set.refused())))
                    .toList()));
  }

  /**
   * Reads one.
   *
   * @param hash under a key of the log that it must be of
   * @throws IOException if it is not as it was written
   */
  static StopSnapshot read(Disk disk, Path file, KeyedHash hash) throws IOException {
    ByteString all = Durably.read(disk, file, MOST_BYTES);
    int head = DIGEST + 1;
    if (all.size() < head
        || !all.substring(0, head)
            .toStringUtf8()
            .equals(hash.of(LABEL, all.substring(head)) + "\n")) {
      throw damaged(file, null);
    }
    try {
      if (new JsonReader(LIMITS).read(all.substring(head))
          instanceof Reading.Document(Json.Obj object)) {
        return snapshot(object);
      }
    } catch (ClassCastException | IllegalArgumentException e) {
      throw damaged(file, e);
    }
    throw damaged(file, null);
  }

  private static StopSnapshot snapshot(Json.Obj object) {
    List<Set> stops = new ArrayList<>();
    if (object.get("stops") instanceof Json.Array(List<Json> items)) {
      for (Json item : items) {
        Json.Obj set = (Json.Obj) item;
        stops.add(new Set(number(set, "entry"), number(set, "refused")));
      }
    } else {
      throw new IllegalArgumentException("stops: none (expected: a list)");
    }
    return new StopSnapshot(
        text(object, "log"), number(object, "size"), text(object, "last"), stops);
  }

  private static String text(Json.Obj object, String name) {
    if (object.get(name) instanceof Json.Text(String value)) {
      return value;
    }
    throw new IllegalArgumentException(name + ": not there (expected: a text)");
  }

  private static long number(Json.Obj object, String name) {
    if (object.get(name) instanceof Json.Num number) {
      return Long.parseLong(number.lexeme());
    }
    throw new IllegalArgumentException(name + ": not there (expected: a number)");
  }

  private static IOException damaged(Path file, @Nullable Exception cause) {
    return new IOException(
        file + ": damaged, or of another log (expected: as this program writes it)", cause);
  }
}
