package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.store.Sealed;
import io.tabellion.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes entries of what a log has stored, with the key of its contents, for readers of a log that
 * no process writes.
 *
 * <p>Thread-safe.
 */
public final class Opener {
  private final Vault vault;

  /**
   * @param kek key of the log that wraps the keys of its contents
   */
  public Opener(SecretBytes kek) {
    vault = new Vault(kek, new SecureRandom());
  }

  /**
   * Returns an entry. Its content is asked for, and decrypted, when it is looked at.
   *
   * @throws AuditDamagedException if the leaf is none
   */
  public StoredEntry entry(long index, ByteString bytes, Supplier<@Nullable Sealed> sealed) {
    Leaf leaf = LeafParser.parse(bytes);
    return new StoredEntry(index, bytes, leaf, () -> vault.open(leaf, sealed.get()));
  }
}
