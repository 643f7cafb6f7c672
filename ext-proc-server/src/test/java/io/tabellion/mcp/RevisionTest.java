package io.tabellion.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RevisionTest {

  @Test
  void orderIsThatOfTime() {
    assertThat(Revision.values()).isSortedAccordingTo((a, b) -> a.text().compareTo(b.text()));
    assertThat(Revision.of("2025-11-25"))
        .hasValueSatisfying(r -> assertThat(r).isLessThan(Revision.R2026_07_28));
  }

  @Test
  void onlyExactNamesAreKnown() {
    assertThat(Revision.of("2026-07-28")).contains(Revision.R2026_07_28);
    for (String unknown : new String[] {"", "9999-01-01", "2026-07-28 ", "draft", "2025-6-18"}) {
      assertThat(Revision.of(unknown)).isEmpty();
    }
  }

  @Test
  void oneRevisionHasBatchesAndOneIsStateless() {
    assertThat(Revision.values())
        .filteredOn(Revision::allowsBatches)
        .containsExactly(Revision.R2025_03_26);
    assertThat(Revision.of(Era.STATELESS)).containsExactly(Revision.R2026_07_28);
    assertThat(Revision.of(Era.SESSION)).hasSize(5);
    assertThat(Era.STATELESS.text()).isEqualTo("stateless");
  }
}
