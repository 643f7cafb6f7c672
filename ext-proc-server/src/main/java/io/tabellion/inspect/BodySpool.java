package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.secret.Drbg;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Where bodies lie while people decide about them, so that they take no memory: files that only
 * this process can read, encrypted with AES-256-GCM under a key that is nowhere else. They mean
 * nothing after a restart; the folder is emptied then.
 *
 * <p>Thread-safe. Blocks on the disk.
 */
final class BodySpool {
  private static final System.Logger LOG = System.getLogger(BodySpool.class.getName());
  private static final int KEY = 32;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final @Nullable Path folder;
  private final long most;
  private final SecretKeySpec key;
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong next = new AtomicLong();

  /**
   * @param folder of no others, which is emptied; null for none, and everything stays in memory
   * @param most bytes that may lie there at one time
   */
  BodySpool(@Nullable Path folder, long most) {
    this.folder = folder == null ? null : emptied(folder);
    this.most = most;
    byte[] bytes = new byte[KEY];
    new Drbg().nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, "AES");
  }

  /** A body that lies there. */
  record Item(Path file, long number, long size) {}

  /** Empties the folder of what an earlier process left; returns null if it cannot be used. */
  private static @Nullable Path emptied(Path folder) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
        for (Path file : left) {
          Files.delete(file);
        }
      }
      return folder;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "bodies of calls that wait for people stay in memory: {0}", e);
      return null;
    }
  }

  /** Puts a body there; null if there is no room, and it is to stay where it is. */
  @Nullable Item put(ByteString body) {
    if (folder == null || used.addAndGet(body.size()) > most) {
      used.addAndGet(folder == null ? 0 : -body.size());
      return null;
    }
    long number = next.incrementAndGet();
    Item item = new Item(folder.resolve(Long.toString(number)), number, body.size());
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, number).doFinal(body.toByteArray());
      try (var file =
          Files.newByteChannel(
              item.file(),
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer left = ByteBuffer.wrap(sealed);
        while (left.hasRemaining()) {
          file.write(left);
        }
      }
      return item;
    } catch (IOException e) { // a full disk, perhaps
      drop(item);
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM: failed (every Java platform has it)", e);
    }
  }

  /**
   * Returns a body that was put there.
   *
   * @throws IOException if it is not as it was
   */
  ByteString get(Item item) throws IOException {
    try {
      byte[] sealed = Files.readAllBytes(item.file());
      return ByteString.copyFrom(cipher(Cipher.DECRYPT_MODE, item.number()).doFinal(sealed));
    } catch (GeneralSecurityException e) {
      throw new IOException(item.file() + ": altered (expected: as it was written)", e);
    }
  }

  /** Removes it. */
  void drop(Item item) {
    used.addAndGet(-item.size());
    try {
      Files.deleteIfExists(item.file());
    } catch (IOException e) {
      // The next start removes it; nobody can read it.
    }
  }

  /** Bytes that lie there now. */
  long used() {
    return used.get();
  }

  /** Each number is used once with the key. */
  private Cipher cipher(int mode, long number) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] nonce = ByteBuffer.allocate(NONCE).putLong(number).array();
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }
}
