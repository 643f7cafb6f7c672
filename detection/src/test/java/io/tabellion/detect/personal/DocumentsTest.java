package io.tabellion.detect.personal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Found;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passports, driving licences and births, as people of many countries write them. */
@Tag("unit")
class DocumentsTest {

  @Test
  void aRowSaysInHowManyLanguagesItsWordsAre() {
    Map<Long, String> numbers = Map.of(16L, "sixteen", 17L, "seventeen");
    List<Table.Row> rows =
        Documents.table().rows().stream()
            .filter(row -> row.line("rule").contains(" languages"))
            .toList();
    assertThat(rows).extracting(Table.Row::name).containsExactly("PASSPORT", "DRIVER_LICENCE");
    assertThat(rows)
        .allSatisfy(row -> {
          long languages = row.lines("words").map(Table.Line::more).distinct().count();
          assertThat(row.line("rule"))
              .contains(" in one of " + numbers.get(languages) + " languages");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          Numéro de passeport : 12AB34567 | 12AB34567
          Passaporte CS123456 | CS123456
          paspoort NX1234567 | NX1234567
          paszport AB1234567 | AB1234567
          Паспорт 4509 123456 выдан | 4509 123456
          паспорт серии 45 09 123456 | 45 09 123456
          Útlevél: BC1234567 | BC1234567
          パスポート番号 TK1234567 | TK1234567
          护照：G12345678 | G12345678
          여권번호 M12345678 | M12345678
          ПАСПОРТ 4509 123456 | 4509 123456
          """)
  void passports(String text, String value) {
    assertThat(Found.in(text)).containsExactly("PASSPORT:" + value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          Führerschein B072RRE2I55 | B072RRE2I55
          FÜHRERSCHEIN-NR. B072RRE2I55 | B072RRE2I55
          Fuehrerschein: B072RRE2I55 | B072RRE2I55
          permis de conduire 123456789012 | 123456789012
          patente di guida U1A234567B | U1A234567B
          rijbewijs 1234567890 | 1234567890
          carta de condução L-1234567 | L-1234567
          carta de conduc\u0327a\u0303o L-1234567 | L-1234567
          DL: D1234567 | D1234567
          driving licence number MORGA 657054 SM9IJ | MORGA 657054 SM9IJ
          운전면허 번호 11-12-123456-01 | 11-12-123456-01
          """)
  void licences(String text, String value) {
    assertThat(Found.in(text)).containsExactly("DRIVER_LICENCE:" + value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          born on the 3rd of March 1984 | 3rd of March 1984
          date de naissance : 1er février 1980 | 1er février 1980
          fecha de nacimiento 1 de febrero de 1980 | 1 de febrero de 1980
          Geburtsdatum: 3. März 1984 | 3. März 1984
          data di nascita 1º maggio 1980 | 1º maggio 1980
          data de nascimento 30 de setembro de 1980 | 30 de setembro de 1980
          """)
  void births(String text, String value) {
    assertThat(Found.in(text)).containsExactly("DATE_OF_BIRTH:" + value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the passport office at 12 Main Street opens 0900 to 1700",
        "url: D1234567 and handl: D1234567",
        "DL: see chapter 4",
        "born de 12 de 13",
        "nascimento: 40 de setembro de 1980"
      })
  void nothing(String text) {
    assertThat(Found.in(text)).isEmpty();
  }
}
