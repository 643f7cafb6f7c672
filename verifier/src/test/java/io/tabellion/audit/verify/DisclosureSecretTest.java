package io.tabellion.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was once sealed to a disclosure key can be opened for ever. */
@Tag("unit")
class DisclosureSecretTest {
  private static final String PEM =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VuBCIEIHAscjldqUHNAdRrryAOP7QNksXOmSdnpmF2yJhZoBRH
      -----END PRIVATE KEY-----
      """;

  /** The bytes 100 to 131, sealed once. */
  private static final String SEALED =
      "d2985ec0e01d8c2eda640015ad7dfd222c61c6a4e253abb7c62b8587c1606e1c"
          + "4a3279507499d58f49b507905ac2bd238c4520546b80e3ddadb4ca56c65aba76eb01e1246452e1d38265d28a"
          + "c8bb8ede";

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  @Test
  void opensWhatWasSealedOnce() throws GeneralSecurityException {
    DisclosureSecret secret = DisclosureSecret.parse(PEM);

    assertThat(secret.id()).isEqualTo("67f4a101");
    assertThat(secret.open(hex(SEALED)))
        .isEqualTo(hex("6465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283"));
  }

  @Test
  void everyChangedByteIsSeen() {
    DisclosureSecret secret = DisclosureSecret.parse(PEM);
    for (int i = 0; i < SEALED.length() / 2; i++) {
      byte[] changed = hex(SEALED);
      changed[i] ^= 1;
      assertThatThrownBy(() -> secret.open(changed)).isInstanceOf(GeneralSecurityException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000"
            + "4a3279507499d58f49b507905ac2bd238c4520546b80e3ddadb4ca56c65aba76",
        "d2985ec0e01d8c2eda640015ad7dfd222c61c6a4e253abb7c62b8587c1606e1c",
        "d2985ec0e01d8c2eda640015ad7dfd222c61c6a4e253abb7c62b8587c1606e1c4a"
      })
  void whatNobodySealedIsRefused(String sealed) {
    DisclosureSecret secret = DisclosureSecret.parse(PEM);

    assertThatThrownBy(() -> secret.open(hex(sealed))).isInstanceOf(GeneralSecurityException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----",
        // Ed25519
        "MC4CAQAwBQYDK2VwBCIEIHAscjldqUHNAdRrryAOP7QNksXOmSdnpmF2yJhZoBRH",
        // X25519 of 31 bytes
        "MC0CAQAwBQYDK2VuBCEEH3AscjldqUHNAdRrryAOP7QNksXOmSdnpmF2yJhZoBQ="
      })
  void anotherKeyIsRefused(String pem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DisclosureSecret.parse(pem))
        .withMessage("disclosure key: unreadable (expected: an X25519 private key in PEM)");
  }
}
