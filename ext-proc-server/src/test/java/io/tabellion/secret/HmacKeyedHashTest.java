package io.tabellion.secret;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class HmacKeyedHashTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 32, 63, 64, 65, 200})
  void isHmacSha256OverLabelAndValue(int keyLength) throws Exception {
    byte[] key = "k".repeat(keyLength).getBytes(StandardCharsets.UTF_8);
    KeyedHash hash = new HmacKeyedHash(SecretBytes.copyOf(key));
    for (int size : new int[] {0, 1, 55, 56, 64, 1000}) {
      String value = "v".repeat(size);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] expected = mac.doFinal(("label\0" + value).getBytes(StandardCharsets.UTF_8));
      assertThat(hash.of("label", ByteString.copyFromUtf8(value)))
          .isEqualTo(HexFormat.of().formatHex(expected));
      assertThat(hash.of("label", value)).isEqualTo(HexFormat.of().formatHex(expected));
    }
  }
}
