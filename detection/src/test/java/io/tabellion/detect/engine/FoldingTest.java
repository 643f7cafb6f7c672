package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FoldingTest {

  private static String folded(String text) {
    Text folded = Folding.of(text).text();
    return new String(folded.copy(0, folded.length()), StandardCharsets.UTF_8);
  }

  @Test
  void leavesOutWhatHasNoWidth() {
    assertThat(folded("4\u200b1\u200d1\u2060\ufeff1\u00ad")).isEqualTo("4111");
  }

  @Test
  void readsFullWidthAndOtherDigitsAsAscii() {
    assertThat(folded("ａ＠ｂ．ｃ \u0661\u0967")).isEqualTo("a@b.c 11");
  }

  @Test
  void readsTagCharactersAsAscii() {
    assertThat(folded("\udb40\udc6b\udb40\udc65\udb40\udc79")).isEqualTo("key");
  }

  @Test
  void readsSpacesHyphensAndQuotesAsPlainOnes() {
    assertThat(folded("1\u00a02\u20113\u22124 \u201cx\u201d \u2019")).isEqualTo("1 2-3-4 \"x\" '");
  }

  @Test
  void readsEscapesAsWhatTheyStandFor() {
    assertThat(folded("a\\nb\\\\\\\"c\\\\u0040d\\/e")).isEqualTo("a\nb\"c@d/e");
    assertThat(folded("C:\\dir \\u00zz \\")).isEqualTo("C:\\dir \\u00zz \\");
    assertThat(folded("\\u00e9")).isEqualTo("é");
  }

  @Test
  void readsOnlyTheLastOfManyBackslashesAsAnEscape() {
    for (int many = 7; many < 40; many++) {
      String run = "\\".repeat(many);
      String kept = "\\".repeat(many - 7);
      assertThat(folded("a" + run + "n" + run)).isEqualTo("a" + kept + "\n" + run);
    }
  }

  @Test
  void readsSignsThatAddressesEscape() {
    assertThat(folded("a%40b%2Bc%3a")).isEqualTo("a@b+c:");
    assertThat(folded("50% %d %41 %zz %4")).isEqualTo("50% %d %41 %zz %4");
  }

  @Test
  void turnsPlacesOfEscapesBack() {
    String text = "x\\\\n12\\\\\"";
    Folding folding = Folding.of(text);
    Folding.Cursor cursor = folding.cursor();

    assertThat(cursor.start(2)).isEqualTo(text.indexOf('1'));
    assertThat(cursor.end(4)).isEqualTo(text.indexOf('2') + 1);
  }

  @Test
  void keepsEverythingElse() {
    String text = "äöü ж 漢字 😀 \ud800 end";
    assertThat(folded(text)).isEqualTo("äöü ж 漢字 😀 ? end");
  }

  @Test
  void turnsPlacesBack() {
    String text = "漢😀\u200b1\u200b2\u200b é";
    Folding folding = Folding.of(text);
    int one = folding.text().length() - 5; // "12 é" is five bytes
    Folding.Cursor cursor = folding.cursor();

    assertThat(cursor.start(one)).isEqualTo(text.indexOf('1'));
    assertThat(cursor.end(one + 2)).isEqualTo(text.indexOf('2') + 1);
    assertThat(cursor.end(folding.text().length())).isEqualTo(text.length());
  }
}
