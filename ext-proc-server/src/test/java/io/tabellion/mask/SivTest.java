package io.tabellion.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** RFC 5297, Appendix A. */
final class SivTest {

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static Siv siv(String key) {
    byte[] both = hex(key);
    int half = both.length / 2;
    return new Siv(Arrays.copyOf(both, half), Arrays.copyOfRange(both, half, both.length));
  }

  @Test
  void deterministicExampleOfTheRfc() {
    Siv siv = siv("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0 f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    byte[] data = hex("101112131415161718191a1b1c1d1e1f2021222324252627");
    byte[] clear = hex("112233445566778899aabbccddee");
    byte[] sealed = hex("85632d07c6e8f37f950acd320a2ecc93 40c02b9690c4dc04daef7f6afe5c");
    assertThat(siv.seal(clear, data)).isEqualTo(sealed);
    assertThat(siv.open(sealed, data)).isEqualTo(clear);
  }

  @Test
  void nonceExampleOfTheRfc() {
    Siv siv = siv("7f7e7d7c7b7a79787776757473727170 404142434445464748494a4b4c4d4e4f");
    byte[] one =
        hex("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100");
    byte[] two = hex("102030405060708090a0");
    byte[] nonce = hex("09f911029d74e35bd84156c5635688c0");
    byte[] clear =
        hex(
            "7468697320697320736f6d6520706c61696e7465787420746f20656e63727970742075"
                + "73696e67205349562d414553");
    byte[] sealed =
        hex(
            "7bdb6e3b432667eb06f4d14bff2fbd0f cb900f2fddbe404326601965c889bf17dba77ceb"
                + "094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d");
    assertThat(siv.seal(clear, one, two, nonce)).isEqualTo(sealed);
    assertThat(siv.open(sealed, one, two, nonce)).isEqualTo(clear);
  }

  @Test
  void everyChangedBitIsSeen() {
    Siv siv = siv("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0 f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    byte[] sealed = siv.seal(hex("0102030405"), hex("aa"));
    for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(siv.open(changed, hex("aa"))).isNull();
    }
    assertThat(siv.open(sealed, hex("ab"))).isNull();
    assertThat(siv.open(new byte[15], hex("aa"))).isNull();
  }
}
