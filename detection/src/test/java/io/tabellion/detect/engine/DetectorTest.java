package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.detect.Detectors;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DetectorTest {

  private static Detector detector(String name, List<Trigger> triggers, int longest, String rule) {
    return new Detector(
        name,
        Kind.PII,
        rule,
        "source",
        triggers,
        longest,
        (text, from, to, hits) -> {},
        Validator.always(1),
        Context.NONE);
  }

  @Test
  void refusesWhatDeclaresNoTrigger() {
    assertThatThrownBy(() -> detector("A", List.of(), 10, "rule"))
        .hasMessage("A: triggers: none (expected: at least one)");
  }

  @Test
  void refusesWhatDeclaresNoLongestMatch() {
    assertThatThrownBy(() -> detector("A", List.of(Trigger.word("a")), 0, "rule"))
        .hasMessage("A: longest: 0 (expected: 1 to 16384)");
  }

  @Test
  void refusesWhatSaysNoRule() {
    assertThatThrownBy(() -> detector("A", List.of(Trigger.word("a")), 1, " "))
        .hasMessageContaining("rule, source: blank");
  }

  @Test
  void refusesNamesThatAreNone() {
    assertThatThrownBy(() -> detector("a b", List.of(Trigger.word("a")), 1, "rule"))
        .hasMessageStartingWith("name: a b");
  }

  @Test
  void aMatchLongerThanDeclaredIsNone() {
    Detector greedy =
        new Detector(
            "A",
            Kind.PII,
            "rule",
            "source",
            List.of(Trigger.word("k")),
            3,
            (text, from, to, hits) -> hits.hit(from, text.runEnd(to, CharSet.LETTER, 100)),
            Validator.always(1),
            Context.NONE);
    Engine engine = new Engine(List.of(greedy), detector -> 0.5);

    assertThat(engine.scan(Folding.of("kab kabc").text())).hasSize(1);
  }

  @Test
  void everyBuiltInOneFitsItsOwnShapes() {
    assertThat(Detectors.builtIn().all())
        .hasSizeGreaterThan(120)
        .allMatch(d -> d.longest() <= Detector.LONGEST);
  }
}
