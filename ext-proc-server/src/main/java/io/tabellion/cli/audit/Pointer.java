package io.tabellion.cli.audit;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where the newest demo of this checkout is: the file {@code .tabellion/current}, Java properties
 * in UTF-8.
 *
 * <pre>
 * dir=/home/me/tabellion/.tabellion/demo
 * api=127.0.0.1:9002
 * token-file=/home/me/tabellion/.tabellion/demo/auditor.token
 * log=/home/me/tabellion/.tabellion/demo/log
 * </pre>
 *
 * <p>{@code api} may be {@code unix:PATH}; {@code ca} names a PEM file where the API speaks TLS.
 * Relative paths are relative to {@code dir}, which is relative to the file. A {@code --dir} holds
 * a file {@code current} of the same form, or the files above by their names.
 *
 * @param file where it was read from
 * @param api address of the audit API
 * @param tokenFile token to use
 * @param log directory of the log
 * @param ca authorities of the API's certificate
 */
record Pointer(
    Path file,
    @Nullable String api,
    @Nullable Path tokenFile,
    @Nullable Path log,
    @Nullable Path ca) {
  private static final String CURRENT = "current";

  /** Returns the pointer of the checkout that the program was started from. */
  static Pointer ofCheckout() {
    Path home = Path.of(System.getProperty("tabellion.home", ""));
    return read(home.resolve(".tabellion").resolve(CURRENT).toAbsolutePath());
  }

  /** Returns the pointer of a demo's directory. */
  static Pointer ofDirectory(Path directory) {
    Path file = directory.resolve(CURRENT).toAbsolutePath();
    return Files.exists(file)
        ? read(file)
        : new Pointer(
            file,
            null,
            present(directory.resolve("auditor.token")),
            present(directory.resolve("log")),
            null);
  }

  private static Pointer read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      return new Pointer(file, null, null, null, null);
    }
    Path dir = file.resolveSibling(properties.getProperty("dir", "."));
    return new Pointer(
        file,
        properties.getProperty("api"),
        path(dir, properties.getProperty("token-file")),
        path(dir, properties.getProperty("log")),
        path(dir, properties.getProperty("ca")));
  }

  private static @Nullable Path path(Path dir, @Nullable String text) {
    return text == null ? null : dir.resolve(text).normalize();
  }

  private static @Nullable Path present(Path path) {
    return Files.exists(path) ? path : null;
  }
}
