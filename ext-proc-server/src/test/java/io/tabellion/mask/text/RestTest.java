package io.tabellion.mask.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
final class RestTest {

  /** The rest stands before the bar. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "9855|, thanks",
        " 8689 9855|, thanks",
        "-69-0360| it is",
        "mple.com| now",
        "ne@example.com|, and",
        "55|",
        "|Hello world",
        "|Done.",
        "|",
        "|(see 12)",
        "aGVsbG8gd29ybGQ=| is the key",
        "abcdefghijklmnop| letters",
        "|Zusammenfassung. 12",
        "12 34 5x| y",
        "\u200B\uFF18689| is it",
        "5. 6|: a",
      })
  void endsWhereNothingOfAValueCanBe(String barred) {
    int bar = barred.indexOf('|');
    assertThat(Rest.end(barred.replace("|", ""))).isEqualTo(bar);
  }

  @ParameterizedTest
  @CsvSource({"9 ", "-", "' '", "a", "a.a"})
  void isLinear(String part) {
    String text = part.repeat(300_000);
    assertThat(Rest.end(text)).isBetween(0, text.length());
  }
}
