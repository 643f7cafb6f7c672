package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that contents are opened with, read from the log's folder of keys.
 *
 * <p>Thread-safe.
 */
final class ContentKeys {
  private static final int BYTES = 32;

  private final @Nullable Path folder;
  private final Map<Integer, Optional<SecretKeySpec>> keys = new ConcurrentHashMap<>();
  private final Map<Integer, String> problems = new ConcurrentHashMap<>();

  /** Keys of a folder; null: contents stay closed. */
  ContentKeys(@Nullable Path folder) {
    this.folder = folder;
  }

  /** Whether contents are to be opened at all. */
  boolean opens() {
    return folder != null;
  }

  /** Returns key {@code number}; null if it is not there. */
  @Nullable SecretKeySpec key(int number) {
    return folder == null
        ? null
        : keys.computeIfAbsent(number, at -> read(folder, at)).orElse(null);
  }

  /** Keys that were needed and could not be read, by number, and why. */
  Map<Integer, String> problems() {
    return new TreeMap<>(problems);
  }

  private Optional<SecretKeySpec> read(Path from, int number) {
    Path file = from.resolve("kek-" + number);
    try {
      byte[] bytes = HexFormat.of().parseHex(Files.readString(file).strip());
      if (bytes.length == BYTES) {
        return Optional.of(new SecretKeySpec(bytes, "AES"));
      }
      problems.put(number, bytes.length + " bytes (expected: 32, in hex)");
    } catch (IllegalArgumentException e) {
      problems.put(number, "not hex (expected: 64 hex digits)");
    } catch (IOException e) {
      problems.put(number, Files.exists(file) ? "cannot be read" : "no such file");
    }
    return Optional.empty();
  }
}
