package io.tabellion.audit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.secret.SecretBytes;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class SignedCheckpointTest {
  private static final SigningKey KEY = key("audit.example/acme", 1);
  private static final Checkpoint CHECKPOINT =
      new Checkpoint("audit.example/acme", 15_368_405, Hash.ofEmptyTree());

  @Test
  void aSignedCheckpointOpensWithItsKeyAndNoOther() {
    SignedCheckpoint signed = CHECKPOINT.sign(KEY);
    assertThat(SignedCheckpoint.open(signed.note(), KEY.verifier())).contains(signed);
    assertThat(SignedCheckpoint.open(signed.note(), key("audit.example/acme", 2).verifier()))
        .isEmpty();
    assertThat(SignedCheckpoint.open(signed.note(), key("audit.example/other", 1).verifier()))
        .isEmpty();
  }

  @Test
  void theBodyIsThreeLines() {
    assertThat(CHECKPOINT.body())
        .isEqualTo(
            """
            audit.example/acme
            15368405
            47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
            """);
  }

  @Test
  void noByteOfANoteCanChange() {
    ByteString note = CHECKPOINT.sign(KEY).note();
    for (int i = 0; i < note.size(); i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bytes = note.toByteArray();
        bytes[i] ^= (byte) (1 << bit);
        assertThat(SignedCheckpoint.open(ByteString.copyFrom(bytes), KEY.verifier())).isEmpty();
      }
    }
  }

  @Test
  void noPrefixOfANoteOpens() {
    ByteString note = CHECKPOINT.sign(KEY).note();
    for (int i = 0; i < note.size(); i++) {
      assertThat(SignedCheckpoint.open(note.substring(0, i), KEY.verifier())).isEmpty();
    }
  }

  @Test
  void signaturesOfUnknownKeysAreSkippedAndADoubleOneIsNot() {
    Note note = Note.sign(CHECKPOINT.body(), KEY);
    Note.Signature other =
        Note.sign(CHECKPOINT.body(), key("witness.example", 3)).signatures().getFirst();
    Note.Signature own = note.signatures().getFirst();
    assertThat(open(new Note(note.text(), List.of(other, own, other)))).isTrue();
    assertThat(open(new Note(note.text(), List.of(other)))).isFalse();
    assertThat(open(new Note(note.text(), List.of(own, own)))).isFalse();
  }

  /** All of these are signed well: only how they are written is wrong. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit.example/acme\n007\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "audit.example/acme\n+7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "audit.example/acme\n-7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "audit.example/acme\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "audit.example/acme\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "audit.example/acme\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "audit.example/acme\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n",
        "audit.example/acme\n7\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "audit.example/acme\n7\r\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\r\n",
        "audit.example/other\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "audit.example/acme \n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
      })
  void whatIsWrittenInAnotherWayIsRefused(String body) {
    assertThat(open(Note.sign(body, KEY))).isFalse();
  }

  @Test
  void theKeyOfTheGoNotePackageIsRead() {
    // From the documentation of golang.org/x/mod/sumdb/note.
    String skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    String vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    SigningKey key = SigningKey.parse(skey);
    assertThat(key.verifier().text()).isEqualTo(vkey);
    assertThat(key.revealText()).isEqualTo(skey);
    assertThat(VerifierKey.parse(vkey)).isEqualTo(key.verifier());
    assertThat(key.toString()).doesNotContain(skey.substring(40));
    ByteString note =
        ByteString.copyFromUtf8(
            """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
            """);
    assertThat(Note.parse(note).orElseThrow().isSignedBy(key.verifier())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq",
      })
  void anotherVkeyIsRefused(String vkey) {
    assertThatThrownBy(() -> VerifierKey.parse(vkey)).isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean open(Note note) {
    return SignedCheckpoint.open(note.bytes(), KEY.verifier()).isPresent();
  }

  private static SigningKey key(String name, int seed) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return new SigningKey(name, SecretBytes.copyOf(bytes));
  }
}
