package io.tabellion.xds.routes;

import io.tabellion.permission.OwnerOnly;
import io.tabellion.yaml.SecretValueException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A secret and the file that it was read from. It never prints itself, and two are equal if file
 * and secret are. Immutable and thread-safe.
 */
public final class SecretFile {
  private static final int MAX_BYTES = 8192;

  private final Path path;
  private final String secret;

  private SecretFile(Path path, String secret) {
    this.path = path;
    this.secret = secret;
  }

  /**
   * Reads a file; white space around the secret does not count.
   *
   * @throws IllegalArgumentException if it holds none, or others can read it; the message is what
   *     was expected
   */
  static SecretFile read(String text, Path file) {
    try {
      return read(file.toAbsolutePath().resolveSibling(text).normalize());
    } catch (NoSuchFileException e) {
      // Somebody may have written the secret where the name of its file belongs.
      throw new SecretValueException("the name of a file that holds the secret and exists", e);
    } catch (IOException | InvalidPathException e) {
      throw new SecretValueException("the name of a file that holds the secret and can be read", e);
    }
  }

  private static SecretFile read(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      String excess = OwnerOnly.excess(path);
      if (excess != null) {
        throw new IllegalArgumentException(
            "mode 0600, not " + excess + "; to mend it: chmod 600 " + path);
      }
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      String secret = new String(bytes, StandardCharsets.ISO_8859_1).strip();
      if (bytes.length > MAX_BYTES || !secret.matches("[!-~]([ -~]*[!-~])?")) {
        throw new IllegalArgumentException(
            "a file with a secret: one line of printable ASCII, at most " + MAX_BYTES + " bytes");
      }
      return new SecretFile(path, secret);
    }
  }

  /** The secret itself. */
  String secret() {
    return secret;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretFile file && file.path.equals(path) && file.secret.equals(secret);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return "SecretFile[" + path + "]";
  }
}
