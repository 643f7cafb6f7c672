package io.tabellion.mask.made;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AES-SIV with keys of 64 bytes, for which RFC 5297 has no examples: what was sealed once. */
@Tag("unit")
final class SivTest {
  private static final Siv SIV = siv();

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static Siv siv() {
    byte[] mac = new byte[32];
    byte[] encryption = new byte[32];
    for (int i = 0; i < mac.length; i++) {
      mac[i] = (byte) (255 - i);
      encryption[i] = (byte) (3 * i);
    }
    return new Siv(mac, encryption);
  }

  private static byte[] counted(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "0, EMAIL/3:acme, f0fa1b8e5a2aeb706b425a758a4118b2",
    "0, '', 14bd50088211aec2df1934fcdd40a261",
    "1, EMAIL/3:acme, a38cb1e97bb15be4b7d479ae66bba41fba",
    "1, '', 81a41892a7d8874759d5ee002b65b2ee51",
    "15, EMAIL/3:acme, 2f97a77a0c8bcaf57f63f5aca421f6d3dde7a1c4bef1179bcf2175ba4a566e",
    "15, '', d95c3a732df747512f26e8ac6b31c1338c3b9441982c0c83465cd5ed39a154",
    "16, EMAIL/3:acme, 88e43bce92de6c7be5d4e433929a943226ce4960376251d9999701de0ad0b98c",
    "16, '', a2f58f026352b4895eb0bda48e2259f480401f73833323c75e421e18d6782e76",
    "17, EMAIL/3:acme, fccb44b14771070a3211388c294f030363ef914ca1ad6a551461170db06c0f4c5a",
    "17, '', fd12b328a5a6fc3ae0d3b63999dc7673c9187d8d434d9a429810956164f44986a4",
    "31, EMAIL/3:acme, "
        + "a2237d9cd27ea3b4154997bce6924f5e9319cd23f70901646abecfae9a17b62fcb"
        + "78d68d44ae900236521430a87f66",
    "31, '', "
        + "dabb72a3776d410e307fc3d58dfd0aea8355c0cd4d597f6e93146af0138fc93a51"
        + "3aa1e513d4a2406352a5e1b2d1d6",
    "32, EMAIL/3:acme, "
        + "ab1ba1405cc2816a6e8051743c930874a8ce9328c0ff788d6c2b0b84d65d43b9dd"
        + "7025c5c7b361aa770c49b231c72281",
    "32, '', "
        + "56c8800726347a56b3168c7ac22a948fa558310a05ce8c0a6c56445bd2875d3f4f"
        + "35e5c587d9fbb46dcbd94e1cbba17e",
    "33, EMAIL/3:acme, "
        + "d3872915ba847c437db3fab53a203e7c488f29424a90d5e886361e2d33f8602efa"
        + "c7aabddaa3a431ee7b817099682c382c",
    "33, '', "
        + "ad46431774f936d35551abf7d81ed871573f089a17a024d3c7befe825a01c9df1d"
        + "57f311b35a9602f1fca451692144488d",
    "64, EMAIL/3:acme, "
        + "9f942765a761a1ce33651403a2b4e6638d8c8fc9980600fc29b2fd542abfd76a15"
        + "865c39782f1730f519060e2c59c68a3b06cef66ce92f4b910cd5b1695ef5685b45"
        + "8a126aa3bb8b09871363fd6306e1",
    "64, '', "
        + "4dd423684923ceaa1a5f594fc132b6fee7cf6e850bd4fcfe9a648eb7d9c5f513bb"
        + "fce19b74604e45ffec9b1d7199e107560e582326cfbe1be3d16d76af2a8cac9222"
        + "9864fb752bff1c07183a6273501c"
  })
  void sealsAsItEverDid(int length, String associated, String sealed) {
    byte[] data = associated.replace('/', '\0').getBytes(StandardCharsets.US_ASCII);

    assertThat(HexFormat.of().formatHex(SIV.seal(counted(length), data))).isEqualTo(sealed);
    assertThat(SIV.open(hex(sealed), data)).isEqualTo(counted(length));
  }

  @Test
  void everyChangedBitIsSeen() {
    byte[] data = hex("aa");
    byte[] sealed = SIV.seal(hex("0102030405"), data);
    for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(SIV.open(changed, data)).isNull();
    }
    assertThat(SIV.open(sealed, hex("ab"))).isNull();
    for (int length = 0; length < sealed.length; length++) {
      assertThat(SIV.open(Arrays.copyOf(sealed, length), data)).isNull();
    }
  }
}
