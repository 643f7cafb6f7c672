package io.tabellion.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SecretBytesTest {
  private final SecretBytes secret = SecretBytes.parseHex("00ff".repeat(16));

  @Test
  void nothingPrintsIt() {
    assertThat(secret).hasToString("SecretBytes[32]");
    assertThatThrownBy(() -> SecretBytes.parseHex("secretsecret"))
        .hasMessageNotContaining("secretsecret")
        .hasNoCause();
  }

  @Test
  void itIsACopy() {
    byte[] revealed = secret.reveal();
    revealed[0] = 1;
    assertThat(secret.revealHex()).isEqualTo("00ff".repeat(16));
    assertThat(SecretBytes.copyOf(secret.reveal())).isEqualTo(secret);
    assertThat(SecretBytes.copyOf(revealed)).isNotEqualTo(secret);
  }

  @Test
  void aKeyedHashDependsOnKeyLabelAndValue() {
    KeyedHash hash = new HmacKeyedHash(secret);
    KeyedHash other = new HmacKeyedHash(SecretBytes.copyOf(new byte[32]));
    String digest = hash.of("session", "value");
    assertThat(digest).matches("[0-9a-f]{64}").isEqualTo(hash.of("session", "value"));
    assertThat(hash.of("owner", "value")).isNotEqualTo(digest);
    assertThat(hash.of("session", "other")).isNotEqualTo(digest);
    assertThat(other.of("session", "value")).isNotEqualTo(digest);
    assertThatThrownBy(() -> hash.of("a\0b", ByteString.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
