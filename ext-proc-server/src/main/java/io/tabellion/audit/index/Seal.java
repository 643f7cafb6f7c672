package io.tabellion.audit.index;

import io.tabellion.secret.KeyedHash;
import io.tabellion.secret.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What the index's file was when it was closed, in a file beside it: a keyed digest, so that nobody
 * without the log's key can alter the index while no server runs. It stays until somebody is about
 * to write, so that a server which ends before it compared loses nothing; a server that was killed
 * while it wrote leaves none.
 */
final class Seal {
  private static final String LABEL = "index-seal";
  private static final int CHUNK = 1 << 20;

  private final Path index;
  private final Path seal;
  private final Path ahead; // what SQLite would put into the file when it is opened
  private final KeyedHash hash;

  Seal(Path index, KeyedHash hash) {
    this.index = index;
    this.seal = index.resolveSibling(index.getFileName() + ".seal");
    this.ahead = index.resolveSibling(index.getFileName() + "-wal");
    this.hash = hash;
  }

  /** Seals the file, which nobody has open, if all that was written is in it. */
  void set() throws IOException {
    if (!isWrittenAhead()) {
      Files.writeString(seal, hash.of(LABEL, digest()));
    }
  }

  /**
   * Returns what the seal says, before anybody opens the file; null if there is none. A file that
   * was closed has no write-ahead log beside it: with one, what this returns fits nothing.
   */
  @Nullable String read() throws IOException {
    if (!Files.exists(seal)) {
      return null;
    }
    return isWrittenAhead() ? "" : Files.readString(seal);
  }

  private boolean isWrittenAhead() throws IOException {
    return Files.exists(ahead) && Files.size(ahead) > 0;
  }

  /** Takes the seal off, before somebody writes. */
  void remove() throws IOException {
    Files.deleteIfExists(seal);
  }

  /** Whether the file is the one that was sealed. */
  boolean fits(String said) throws IOException {
    return hash.of(LABEL, digest()).equals(said);
  }

  private String digest() throws IOException {
    try (InputStream in = Files.newInputStream(index)) {
      MessageDigest digest = Sha256.begin();
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
