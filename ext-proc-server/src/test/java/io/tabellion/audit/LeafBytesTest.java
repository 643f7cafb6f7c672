package io.tabellion.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Texts of leaves as JSON strings. */
@Tag("unit")
class LeafBytesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CHARS =
      "a ~\u007f\"\\/\b\f\n\r\t\u0000\u001f\u0080ÿé߿ࠀ€\ud83d\ude00\ud83d\ude00\ud800\udfff\uffff";

  private static String quoted(String text) {
    return new LeafBytes(0).quoted(text).toByteString().toStringUtf8();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, \"plain\"",
        "a\"b\\c, \"a\\\"b\\\\c\"",
        "ä€😀, \"ä€😀\"",
      })
  void textsStandAsTheyAre(String text, String json) {
    assertThat(quoted(text)).isEqualTo(json);
  }

  @Test
  void controlsAreEscapedInOneWay() {
    assertThat(quoted("\b\f\n\r\t\u0000\u001f\u007f\u0080"))
        .isEqualTo("\"\\b\\f\\n\\r\\t\\u0000\\u001F\u007f\u0080\"");
  }

  @Test
  void halfOfAPairBecomesTheReplacementCharacter() {
    assertThat(quoted("\ud83d-\ude00\ud83d\ud83d\ude00\ude00\ud800")).isEqualTo("\"�-��😀��\"");
  }

  @Test
  void aReaderGetsTheTextBack() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(CHARS.charAt(random.nextInt(CHARS.length())));
      }
      String mended =
          new String(
              text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_16BE),
              java.nio.charset.StandardCharsets.UTF_16BE);
      assertThat(JSON.readTree(quoted(text.toString())).stringValue()).isEqualTo(mended);
    }
  }

  @Test
  void itGrowsAsFarAsItMust() {
    String text = "x".repeat(10_000);
    var bytes = new LeafBytes(1);
    for (int i = 0; i < 10; i++) {
      bytes.ascii(text).quoted(text).number(Long.MIN_VALUE).bytes(new byte[] {'!'});
    }
    assertThat(bytes.toArray()).hasSize(10 * (20_002 + 20 + 1));
    assertThat(bytes.toByteString().size()).isEqualTo(bytes.toArray().length);
  }
}
