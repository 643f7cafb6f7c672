package io.tabellion.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.detect.engine.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DetectorsTest {
  private static final byte[] KEY = "a key".getBytes(StandardCharsets.UTF_8);

  @Test
  void findsDisguisedValuesAndTellsWhereTheyStand() {
    String text =
        "mail: j\u200bane＠example\u2060.org, card 4111\u00a01111\u20111111 1111 😀 ４１１１１１１１１１１１１１１１";

    assertThat(Found.in(text.replace("\u20111111 ", "\u00a01111 ")))
        .containsExactly(
            "EMAIL:j\u200bane＠example\u2060.org",
            "CREDIT_CARD:4111\u00a01111\u00a01111 1111",
            "CREDIT_CARD:４１１１１１１１１１１１１１１１");
  }

  @Test
  void findingsDoNotOverlapAndAreInOrder() {
    List<Finding> findings =
        Detectors.builtIn()
            .scan(
                "https://a.b@example.org:pw1x@h/ 4111 1111 1111 1111 jane@example.org +14155552671");
    for (int i = 1; i < findings.size(); i++) {
      assertThat(findings.get(i).start()).isGreaterThanOrEqualTo(findings.get(i - 1).end());
    }
    assertThat(findings).hasSizeGreaterThan(2);
  }

  @Test
  void whatStandsBeforeATextIsContext() {
    Detectors detectors = Detectors.builtIn();

    assertThat(detectors.scan("536904399")).isEmpty();
    assertThat(detectors.scan("ssn", "536904399"))
        .extracting(Finding::detector, Finding::start, Finding::end)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("US_SSN", 0, 9));
    assertThat(detectors.scan("password", "Blue42Sky")).hasSize(1);
    assertThat(detectors.scan("jane@example.org", "x")).isEmpty();
  }

  @Test
  void groupsStandForTheirMembers() {
    Detectors detectors = Detectors.builtIn();

    assertThat(detectors.select("PII")).contains("EMAIL", "US_SSN").doesNotContain("JWT");
    assertThat(detectors.select("SECRET"))
        .contains("JWT", "GENERIC_SECRET")
        .doesNotContain("EMAIL");
    assertThat(detectors.select("EMAIL")).containsExactly("EMAIL");
    assertThat(detectors.select("NOBODY")).isEmpty();
    assertThat(detectors.only(Set.of("PII", "JWT")).names())
        .contains("EMAIL", "JWT")
        .doesNotContain("GITHUB_TOKEN");
    assertThatThrownBy(() -> detectors.only(Set.of("NOBODY")))
        .hasMessageStartingWith("detector: NOBODY (expected: ");
  }

  @Test
  void settingsChooseDetectorsAndThresholds() {
    DetectionSettings settings =
        new DetectionSettings(
            Set.of("PII"),
            Set.of("EMAIL"),
            0.5,
            Map.of("PHONE", 0.95),
            Set.of(),
            List.of(),
            Waivers.NONE,
            List.of(),
            Map.of());
    Detectors detectors = Detectors.of(settings);

    assertThat(Found.in(detectors, "jane@example.org (212) 555-0147 536-90-4399"))
        .containsExactly("US_SSN:536-90-4399");
    assertThatThrownBy(() -> Detectors.of(settings.enabling(Set.of("NOBODY"))))
        .hasMessageStartingWith("enabled: detector: NOBODY");
    assertThatThrownBy(() -> settings.withThreshold(0))
        .hasMessage("threshold: 0.0 (expected: above 0, at most 1)");
  }

  @Test
  void allowedValuesAreNoFindings() {
    Waivers waivers = new Waivers(KEY, Set.of(Waivers.digest(KEY, "c@example.org")));
    Detectors detectors =
        Detectors.of(
            new DetectionSettings(
                Set.of(),
                Set.of(),
                0.5,
                Map.of(),
                Set.of("a@example.org"),
                List.of("b.@example\\.org"),
                waivers,
                List.of(),
                Map.of()));

    assertThat(Found.in(detectors, "a@example.org b1@example.org c@example.org d@example.org"))
        .containsExactly("EMAIL:d@example.org");
    assertThat(waivers.toString()).isEqualTo("Waivers[1]");
  }

  @Test
  void operatorsAddDetectors() {
    Detectors detectors = withUser("EMPLOYEE", "\\bEMP-[0-9]{6}\\b", List.of("emp-"));

    assertThat(Found.in(detectors, "for EMP-123456, not EMP-1234567"))
        .containsExactly("EMPLOYEE:EMP-123456");
    assertThat(Found.in(withUser("PLATE", "[A-Z]{2} [0-9]{3} [A-Z]{2}", List.of()), "AB 123 CD"))
        .containsExactly("PLATE:AB 123 CD");
  }

  @Test
  void refusesPatternsThatAreNoneOrTooLarge() {
    assertThatThrownBy(() -> withUser("X", "(", List.of("x")))
        .hasMessageContaining("expected: RE2 syntax");
    assertThatThrownBy(() -> withUser("X", "(?=a)a", List.of("a")))
        .hasMessageContaining("expected: RE2 syntax");
    assertThatThrownBy(() -> withUser("X", "a".repeat(2001), List.of("a")))
        .hasMessageContaining("2001 characters");
    assertThatThrownBy(() -> withUser("X", "((a{100}){10}){50}", List.of("a")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> withUser("EMAIL", "a", List.of("a")))
        .hasMessageContaining("a name that is not taken");
    assertThatThrownBy(() -> withUser("SECRET", "a", List.of("a")))
        .hasMessageContaining("a name that is not taken");
  }

  private static Detectors withUser(String name, String pattern, List<String> keywords) {
    UserDetector user = new UserDetector(name, Kind.PII, pattern, keywords, 64, List.of(), 0.8);
    return Detectors.of(
        new DetectionSettings(
            Set.of(),
            Set.of(),
            0.5,
            Map.of(),
            Set.of(),
            List.of(),
            Waivers.NONE,
            List.of(user),
            Map.of()));
  }

  @Test
  void everyDetectorSaysItsRuleAndSource() {
    assertThat(Detectors.builtIn().all())
        .allMatch(d -> d.rule().endsWith(".") && !d.source().isBlank());
  }
}
