package io.tabellion.detect.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.personal.Table.Row;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The form of the data files of detectors, and what is wrong with one that has another. */
@Tag("unit")
class TableTest {
  private static List<Row> rows(String text) {
    return Table.rows("t.txt", text, List.of("NAME", "score"), Set.of("words", "rule"));
  }

  @Test
  void rowsHaveCellsAndLinesOfTheirOwn() {
    List<Row> rows =
        rows(
            """
            # a comment
            ONE | 0.5
              words en: a b, c:d
              words fr: e
              rule: one, two

            TWO|1
            """);
    assertThat(rows).extracting(Row::name).containsExactly("ONE", "TWO");
    Row one = rows.getFirst();
    assertThat(one.number(1)).isEqualTo(0.5);
    assertThat(one.list("words")).containsExactly("a b", "c:d", "e");
    assertThat(one.lines("words").map(Table.Line::more)).containsExactly("en", "fr");
    assertThat(one.line("rule")).isEqualTo("one, two");
    assertThat(rows.getLast().has("words")).isFalse();
    assertThat(rows.getLast().line("rule")).isEmpty();
    assertThat(rows.getLast().list("words")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          ONE; t.txt: ONE (expected: NAME | score)
          ONE | 1 | 2; t.txt: ONE | 1 | 2 (expected: NAME | score)
          ' words: a'; t.txt:  words: a (expected: NAME | score)
          ONE | 1¶  wrds: a; t.txt: wrds: a (expected: a line of [rule, words])
          ONE | 1¶  words; t.txt: words (expected: a line of [rule, words])
          """)
  void anotherFormIsAMistake(String text, String message) {
    assertThatThrownBy(() -> rows(text.replace("¶", "\n"))).hasMessage(message);
  }

  @Test
  void aCellThatIsNoNumberIsAMistake() {
    assertThatThrownBy(() -> rows("ONE | high").getFirst().number(1))
        .hasMessage("t.txt: ONE: high (expected: a number)");
  }

  @Test
  void everyRowOfTheProductSaysWhatIsFoundAndWhoSaysSo() {
    assertThat(List.of(Documents.all(), Coins.all()))
        .allSatisfy(all -> assertThat(all).isNotEmpty())
        .flatMap(all -> all)
        .allSatisfy(one -> {
          assertThat(one.rule()).isNotBlank();
          assertThat(one.source()).isNotBlank();
          assertThat(one.triggers()).isNotEmpty();
        })
        .extracting(Detector::name)
        .containsExactly(
            "PASSPORT", "DRIVER_LICENCE", "DATE_OF_BIRTH", "CRYPTO_ADDRESS", "SOL_ADDRESS");
  }
}
