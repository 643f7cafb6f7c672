package io.tabellion.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a hostile message costs beside its bytes, counted. */
@Tag("unit")
final class LinearWorkTest {
  @Test
  void anEntryTellsApartSoManyPlacesAndCountsTheRest() {
    Tally tally = new Tally();
    for (int i = 0; i < 2 * Tally.PLACES; i++) {
      tally.kept(i, "EMAIL", List.of("place " + i));
    }
    tally.kept(-1, "EMAIL", List.of("place 0"));
    List<String> lines = tally.lines();
    assertThat(lines).hasSize(Tally.LINES + 1).startsWith("EMAIL record 2 /place 0");
    int more = Tally.PLACES - Tally.LINES;
    assertThat(lines.getLast())
        .isEqualTo(
            "and %d values at more than %d places more".formatted(Tally.PLACES + more, more));
    assertThat(tally.counts()).isEqualTo(Map.of("EMAIL", 2 * Tally.PLACES + 1));
  }
}
