package io.tabellion.mask;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.mask.rule.Harmless;
import io.tabellion.mask.rule.Masking;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is remembered of texts, and what is not. */
@Tag("unit")
final class HarmlessTest {
  private static final String ADDRESS = "jane@example.com";

  private final Harmless harmless = new Harmless();

  @Test
  void aTextIsKnownOnceItWasAdded() {
    assertThat(harmless.has("tools/call")).isFalse();
    harmless.add("tools/call");
    assertThat(harmless.has("tools/call")).isTrue();
    assertThat(harmless.has("tools/list")).isFalse();
  }

  @Test
  void aTextOfTheSamePlaceIsNotTakenForIt() {
    harmless.add("Aa"); // its hash is that of BB
    assertThat(harmless.has("BB")).isFalse();
  }

  @Test
  void longTextsAreNotKept() {
    harmless.add("x".repeat(65));
    assertThat(harmless.has("x".repeat(65))).isFalse();
  }

  @Test
  void itIsBounded() {
    IntStream.range(0, 100_000).forEach(i -> harmless.add("tool " + i));
    long known = IntStream.range(0, 100_000).filter(i -> harmless.has("tool " + i)).count();
    assertThat(known).isBetween(1L, 512L);
  }

  @Test
  void whatIsHarmlessToOnePolicyIsMaskedByAnother() {
    Masker masker = new Masker(Masks.KEYS, null);
    for (int i = 0; i < 2; i++) {
      assertThat(masker.words(ADDRESS, Masking.NONE)).isEqualTo(ADDRESS);
      assertThat(masker.words(ADDRESS, Masking.baseline())).isEqualTo("[EMAIL]");
    }
  }
}
