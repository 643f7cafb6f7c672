package io.tabellion.mask.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Digests of places, and what they cost where a message is hostile. */
@Tag("unit")
final class DigestsTest {
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
}
