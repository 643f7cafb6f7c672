package io.tabellion.mask.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DisguiseTest {
  private static @Nullable String shown(String text) {
    Disguise disguise = Disguise.of(text);
    return disguise == null ? null : disguise.text();
  }

  @Test
  void aLongTextShowsWhatItsPartsShow() {
    List<String> parts =
        List.of(
            "a",
            " ",
            "\n",
            "\t",
            "\r",
            "\f",
            "\u000b",
            "\u0000",
            "\u001f",
            "\u007f",
            "%",
            "%4",
            "%41",
            "%00",
            "\\",
            "\\n",
            "\\u0041",
            "\\x41",
            "&",
            "&#65;",
            "&amp;",
            "\u001b[1m",
            "9",
            "~");
    Random random = new Random(5);
    for (String part : parts) {
      String alone = shown(part);
      for (int before = 56; before < 80; before++) {
        String text = "x".repeat(before) + part + "\n" + "y".repeat(random.nextInt(20));
        String expected = alone == null ? null : text.replace(part, alone);

        assertThat(shown(text)).as("%s behind %d", part, before).isEqualTo(expected);
      }
    }
  }

  @Test
  void aControlCharacterBehindALineEndIsSeen() {
    assertThat(shown("x".repeat(64) + "\n\u000b".repeat(8)))
        .isEqualTo("x".repeat(64) + "\n".repeat(8));
  }
}
