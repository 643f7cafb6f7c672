package io.tabellion.detect.personal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.engine.Detector;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table of identity numbers, and the checks that belong to it. */
@Tag("unit")
class NationalIdsTest {
  private static final List<Detector> ALL = NationalIds.all();

  private static Detector find(String name) {
    return ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void everyRowHasItsCheckAndEveryCheckItsRow() {
    assertThat(ALL.stream().map(Detector::name).toList())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(NationalChecks.ALL.keySet());
  }

  @Test
  void everyRowSaysWhatIsFoundAndWhoSaysSo() {
    assertThat(ALL)
        .allSatisfy(one -> {
          assertThat(one.rule()).isNotBlank();
          assertThat(one.source()).isNotBlank();
          assertThat(one.triggers()).isNotEmpty();
          assertThat(one.longest()).isBetween(8, 24);
        });
  }

  @Test
  void rowsAreReadWhole() {
    assertThat(ALL).hasSize(32);
    assertThat(find("BR_CNPJ").longest()).isEqualTo("99.999.999/9999-99".length());
    assertThat(find("FR_NIR").longest()).isEqualTo("9 99 99 99 999 999 99".length());
    assertThat(find("PT_NIF").source()).isEqualTo("Autoridade Tributária, Decreto-Lei 14/2013");
    assertThat(find("IN_PAN").rule())
        .isEqualTo(
            "Five letters of which the fourth names the kind of holder, four digits, a letter. Only"
                + " beside a context word.");
  }
}
