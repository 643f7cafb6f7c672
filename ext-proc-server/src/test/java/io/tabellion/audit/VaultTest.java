package io.tabellion.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.Sealed;
import io.tabellion.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class VaultTest {
  private final SecureRandom random = new SecureRandom();
  private final Vault vault = new Vault(SecretBytes.random(32, random), random);
  private final EntryId id = EntryId.next(InstantSource.system());
  private final Entry.Content content =
      new Entry.Content("application/json", ByteString.copyFromUtf8("{\"ssn\":\"514-69-0360\"}"));
  private final Vault.Kept kept = vault.seal(id, content);

  @Test
  void contentComesBack() {
    assertThat(vault.open(leaf(id, kept.mark()), kept.sealed()))
        .isEqualTo(new StoredContent.Clear(content));
    assertThat(vault.isIntact(leaf(id, kept.mark()), kept.sealed())).isTrue();
    assertThat(kept.sealed().frame().toStringUtf8()).doesNotContain("ssn");
  }

  @Test
  void theSameContentLooksDifferentEachTime() {
    Vault.Kept again = vault.seal(id, content);
    assertThat(again.sealed().frame()).isNotEqualTo(kept.sealed().frame());
    assertThat(again.mark().commitment()).isNotEqualTo(kept.mark().commitment());
  }

  @Test
  void noBitOfFrameOrKeyCanChange() {
    for (int i = 0; i < kept.sealed().frame().size(); i++) {
      refuses(new Sealed(flip(kept.sealed().frame(), i), kept.sealed().key()));
    }
    for (int i = 0; i < Sealed.KEY_SIZE; i++) {
      refuses(new Sealed(kept.sealed().frame(), flip(kept.sealed().key(), i)));
    }
  }

  @Test
  void anErasedKeyIsErasedAndNotDamage() {
    ByteString key = kept.sealed().key().substring(0, 4).concat(ByteString.copyFrom(new byte[92]));
    assertThat(vault.open(leaf(id, kept.mark()), new Sealed(kept.sealed().frame(), key)))
        .isEqualTo(new StoredContent.Erased());
  }

  @Test
  void contentOfAnotherEntryOrVaultIsRefused() {
    Leaf other = leaf(EntryId.next(InstantSource.system()), kept.mark());
    assertThatThrownBy(() -> vault.open(other, kept.sealed()))
        .isInstanceOf(AuditDamagedException.class);
    Vault stranger = new Vault(SecretBytes.random(32, random), random);
    assertThat(stranger.isIntact(leaf(id, kept.mark()), kept.sealed())).isFalse();
    assertThat(vault.isIntact(leaf(id, kept.mark()), null)).isFalse();
    assertThat(vault.isIntact(leaf(id, null), kept.sealed())).isFalse();
  }

  @Test
  void aWrongCommitmentIsRefused() {
    Leaf.ContentMark mark = kept.mark();
    Leaf.ContentMark wrong =
        new Leaf.ContentMark("text/plain", mark.size(), mark.stored(), mark.commitment());
    assertThatThrownBy(() -> vault.open(leaf(id, wrong), kept.sealed()))
        .isInstanceOf(AuditDamagedException.class)
        .hasMessageContaining("commitment");
  }

  private void refuses(Sealed sealed) {
    assertThatThrownBy(() -> vault.open(leaf(id, kept.mark()), sealed))
        .isInstanceOf(AuditDamagedException.class);
    assertThat(vault.isIntact(leaf(id, kept.mark()), sealed)).isFalse();
  }

  private static ByteString flip(ByteString bytes, int at) {
    byte[] flipped = bytes.toByteArray();
    flipped[at] ^= 1;
    return ByteString.copyFrom(flipped);
  }

  private static Leaf leaf(EntryId id, Leaf.@Nullable ContentMark mark) {
    return new Leaf(
        "audit.example/test",
        id,
        EntryKind.CALL_INTENT,
        Instant.EPOCH,
        0,
        "w",
        "b",
        1,
        Hash.ZERO,
        Facts.NONE,
        mark);
  }
}
