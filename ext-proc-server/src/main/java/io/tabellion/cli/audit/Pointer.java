package io.tabellion.cli.audit;

import io.tabellion.config.Config;
import io.tabellion.yaml.YamlException;
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
 * Relative paths are relative to {@code dir}, which is relative to the file. Of a {@code --dir}
 * without such a file the server's {@code tabellion.yaml} is read instead.
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

  /** Returns the pointer of a demo's directory; of this checkout if none is given. */
  static Pointer of(@Nullable Path directory) {
    return directory == null ? ofCheckout() : ofDirectory(directory);
  }

  /** Returns the pointer of the checkout that the program was started from. */
  private static Pointer ofCheckout() {
    Path home = Path.of(System.getProperty("tabellion.home", ""));
    return read(home.resolve(".tabellion").resolve(CURRENT).toAbsolutePath());
  }

  /** Returns what a directory says in which a server's configuration is. */
  private static Pointer ofDirectory(Path directory) {
    Path current = directory.resolve(CURRENT).toAbsolutePath();
    Path file = directory.resolve("tabellion.yaml").toAbsolutePath();
    if (Files.exists(current) || !Files.exists(file)) {
      return read(current);
    }
    try {
      Config config = Config.load(file);
      return new Pointer(
          file,
          config.api().address().toString(),
          present(directory.resolve("auditor.token")),
          config.log().directory(),
          null);
    } catch (YamlException e) {
      throw new CliException(file + ": cannot be read: " + e.getMessage(), e);
    }
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
