package io.tabellion.detect.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.detect.DetectionSettings;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.Found;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class GitleaksRulesTest {
  private static final String RULES =
      """
      title = "ours"
      [extend]
      useDefault = true
      [allowlist]
      regexes = ['''^acme_test''']
      paths = ['''go.sum''']
      [[rules]]
      id = "acme-token"
      description = "A token of ACME."
      regex = '''\\b(acme_[a-z0-9]{20})\\b'''
      keywords = ["acme_"]
      entropy = 3
      [[rules.allowlists]]
      stopwords = ["sample"]
      [[rules]]
      id = "named"
      regex = '''(?i)corp[ =:]+(["']?)([0-9a-f]{16})'''
      secretGroup = 2
      keywords = ["corp"]
      [[rules]]
      id = "looks-ahead"
      regex = '''a(?=b)'''
      keywords = ["a"]
      [[rules]]
      id = "paths-only"
      path = '''\\.p12$'''
      """;

  private static Detectors detectors() {
    return Detectors.of(DetectionSettings.DEFAULT.withRuleFiles(Map.of("rules.toml", RULES)));
  }

  @Test
  void rulesBecomeDetectors() {
    assertThat(detectors().names())
        .contains("RULE_ACME_TOKEN", "RULE_NAMED")
        .doesNotContain("RULE_LOOKS_AHEAD");
    assertThat(detectors().select("SECRET")).contains("RULE_ACME_TOKEN");
  }

  @Test
  void theSecretGroupIsTheFinding() {
    assertThat(Found.in(detectors(), "CORP = \"0123456789abcdef\""))
        .containsExactly("RULE_NAMED:0123456789abcdef");
  }

  @Test
  void entropyAndAllowlistsAreHonoured() {
    assertThat(Found.in(detectors(), "acme_a8f3k2m9x7q1w5z0b4c6"))
        .containsExactly("RULE_ACME_TOKEN:acme_a8f3k2m9x7q1w5z0b4c6");
    assertThat(Found.in(detectors(), "acme_aaaaaaaaaaaaaaaaaaaa")).isEmpty();
    assertThat(Found.in(detectors(), "acme_samplek2m9x7q1w5z0b4")).isEmpty();
    assertThat(Found.in(detectors(), "acme_testk2m9x7q1w5z0b4c6")).isEmpty();
  }

  @Test
  void whatCannotBeHonouredIsNamed() {
    assertThat(detectors().notHonoured())
        .anyMatch(note -> note.equals("rules.toml: extend: not supported"))
        .anyMatch(note -> note.equals("rules.toml: allowlist paths: not supported"))
        .anyMatch(note -> note.startsWith("rules.toml: rule looks-ahead: left out:"))
        .anyMatch(note -> note.startsWith("rules.toml: rule paths-only: left out"));
  }

  @Test
  void aFileThatIsNoTomlIsRefusedWithItsLine() {
    assertThatThrownBy(() -> GitleaksRules.parse("rules.toml", "a = 1\nb = ["))
        .hasMessageContaining("rules.toml: line 2 (expected: TOML)");
  }

  @Test
  void aMatchIsFoundWhereverItStandsInAWindow() {
    String token = "acme_a8f3k2m9x7q1w5z0b4c6";
    for (int before : new int[] {0, 1, 511, 512, 4095, 4096, 4097, 8191, 8192, 20_000}) {
      String text =
          "acme_ ".repeat(before / 6)
              + " ".repeat(before % 6)
              + token
              + " acme_".repeat(before / 6);

      assertThat(Found.in(detectors(), text)).containsExactly("RULE_ACME_TOKEN:" + token);
    }
  }

  private static Detectors with(String rules) {
    return Detectors.of(
        DetectionSettings.DEFAULT.withRuleFiles(Map.of("more.toml", rules.replace('~', '\''))));
  }

  private static final String TOKEN =
      """
      [[rules]]
      id = "ours"
      regex = ~~~ours_[a-z0-9]{12,}~~~
      keywords = ["ours_"]
      """;

  @Test
  void anAllowlistWithAndTakesAllThatItNames() {
    Detectors detectors =
        with(
            TOKEN
                + """
                [[rules.allowlists]]
                condition = "AND"
                regexes = [~~~ours_0~~~]
                stopwords = ["test"]
                """);

    assertThat(Found.in(detectors, "ours_0testtesttest")).isEmpty();
    assertThat(Found.in(detectors, "ours_0a1b2c3d4e5f ours_1testtesttest"))
        .containsExactly("RULE_OURS:ours_0a1b2c3d4e5f", "RULE_OURS:ours_1testtesttest");
  }

  @Test
  void anAllowlistWithAndThatAsksForMoreAllowsNothing() {
    for (String more : new String[] {"paths = [~~~x~~~]", "regexes = [~~~(?=a)~~~]"}) {
      Detectors detectors =
          with(
              TOKEN + "[[rules.allowlists]]\ncondition = \"AND\"\nstopwords = [\"test\"]\n" + more);

      assertThat(Found.in(detectors, "ours_0testtesttest")).hasSize(1);
      assertThat(detectors.notHonoured()).isNotEmpty();
    }
  }

  @Test
  void anAllowlistForSomeRulesIsForNoOther() {
    String other = TOKEN.replace("ours", "other");
    Detectors detectors =
        with(TOKEN + other + "[[allowlists]]\ntargetRules = [\"other\"]\nstopwords = [\"test\"]\n");

    assertThat(Found.in(detectors, "ours_0testtesttest other_0testtesttest"))
        .containsExactly("RULE_OURS:ours_0testtesttest");
    assertThat(detectors.notHonoured()).isEmpty();
  }

  @Test
  void longTokensAreFoundWhole() {
    String token = "ours_" + "a1b2c3d4".repeat(500);

    assertThat(Found.in(with(TOKEN), "x " + token + " y")).containsExactly("RULE_OURS:" + token);
  }
}
