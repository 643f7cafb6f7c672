package io.tabellion.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a hostile message costs beside its bytes, counted. */
@Tag("unit")
final class LinearWorkTest {
  private static final String NAME = "n".repeat(8_000);

  @Test
  void longNamesOverManyValuesAreHashedOnce() {
    Places places = new Places();
    List<Object> place = new ArrayList<>();
    for (int level = 0; level < 50; level++) {
      place.add(NAME + level);
    }
    long names = 50L * NAME.length();
    for (int i = 0; i < 10_000; i++) {
      place.add(i);
      places.digest(place);
      place.removeLast();
    }
    assertThat(places.work()).isBetween(names, names + 50_000);
  }

  @Test
  void theDigestOfAPlaceIsTheSameWhateverCameBefore() {
    Places places = new Places();
    List<List<Object>> all =
        List.of(
            List.of("a", "b", 0),
            List.of("a", "b", 1),
            List.of("a"),
            List.of(),
            List.of("a", "c", "d"),
            List.of("a", "b", 0),
            List.of("ab"),
            List.of("", ""),
            List.of(""));
    for (List<Object> place : all) {
      assertThat(places.digest(place)).isEqualTo(new Places().digest(place));
    }
    assertThat(new Places().digest(List.of("a", 1))).isEqualTo(places.digest(List.of("a", "1")));
  }

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
