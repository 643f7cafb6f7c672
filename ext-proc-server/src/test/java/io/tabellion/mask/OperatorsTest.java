package io.tabellion.mask;

import static io.tabellion.mask.Masks.KEYS;
import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.kept;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.selected;
import static io.tabellion.mask.Masks.sent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.made.Form;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.made.Replacements;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
final class OperatorsTest {
  private static final Replacements REPLACEMENTS = new Replacements(KEYS);

  private static String masked(Operator operator, String value) {
    return REPLACEMENTS.value(new Span(0, value.length(), "X", operator, false), value, true);
  }

  private static String number(Operator operator, String lexeme) {
    Span span = new Span(0, lexeme.length(), "X", operator, false);
    return REPLACEMENTS.number(span, new Json.Num(lexeme)).lexeme();
  }

  @ParameterizedTest
  @CsvSource({
    "4111 1111-1111 1234, 4, **** ****-**** 1234",
    "jane@example.com, 3, ****@*******.com",
    "abcdefgh, 4, ********",
    "abcdefghi, 4, *****fghi",
    "ab, 8, **",
    "äöü\uD835\uDFD8xyz, 3, ****xyz",
  })
  void keepLastKeepsLettersAndDigitsAndWhatStandsBetween(String value, int count, String expected) {
    assertThat(masked(new Operator.KeepLast(count), value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "4111111111111234, 4, 1234",
    "4111111111110034, 4, 34",
    "12345678, 4, 0",
    "1.5e9, 2, 0",
    "-1234567890, 2, 0"
  })
  void keepLastOfANumberIsItsLastDigits(String lexeme, int count, String expected) {
    assertThat(number(new Operator.KeepLast(count), lexeme)).isEqualTo(expected);
  }

  @Test
  void aSelectedObjectKeepsItsShape() {
    String json = result("{\"a\":{\"t\":\"x\",\"n\":5,\"b\":true,\"z\":null,\"l\":[1,\"y\",{}]}}");
    assertThat(sent(json, selected("/result/a", new Operator.Redact(), Where.BOTH)))
        .isEqualTo(result("{\"a\":{\"t\":\"\",\"n\":0,\"b\":false,\"z\":null,\"l\":[0,\"\",{}]}}"));
    assertThat(sent(json, selected("/result/a/*", new Operator.Replace("#"), Where.BOTH)))
        .isEqualTo(
            result("{\"a\":{\"t\":\"#\",\"n\":0,\"b\":false,\"z\":null,\"l\":[0,\"#\",{}]}}"));
  }

  @Test
  void anOperatorOfADetectorGoesBeforeTheOneOfItsGroup() {
    MaskRule rule =
        new MaskRule(
            "r",
            null,
            Set.of("ALL"),
            0.5,
            Map.of("EMAIL", new Operator.Replace("mail"), "ALL", new Operator.Replace("other")),
            new Operator.Redact(),
            Where.BOTH);
    assertThat(sent(result("[\"a@b.cd\",\"4111111111111111\"]"), rule))
        .isEqualTo(result("[\"mail\",\"other\"]"));
  }

  @Test
  void aLowScoreIsLeftAlone() {
    MaskRule rule =
        new MaskRule("r", null, Set.of("EMAIL"), 0.95, Map.of(), new Operator.Redact(), Where.BOTH);
    assertThat(sent(result("\"a@b.cd\""), rule)).isEqualTo(result("\"a@b.cd\""));
  }

  @Test
  void detectorsMayBeForSomePlaces() {
    MaskRule rule =
        new MaskRule(
            "r",
            Selector.parse("/result/a/**"),
            Set.of("EMAIL"),
            0.5,
            Map.of(),
            Operator.Replace.NAMED,
            Where.BOTH);
    assertThat(sent(result("{\"a\":[\"to a@b.cd\"],\"b\":\"a@b.cd\"}"), rule))
        .isEqualTo(result("{\"a\":[\"to [EMAIL]\"],\"b\":\"a@b.cd\"}"));
  }

  @Test
  void theOperatorThatShowsLeastDecidesInTheRecordToo() {
    MaskRule some = found(new Operator.KeepLast(4), Where.BOTH);
    MaskRule none = found(new Operator.Replace("#"), Where.RECORD);
    String json = result("\"4111111111111234\"");
    assertThat(sent(json, some, none)).isEqualTo(result("\"************1234\""));
    assertThat(kept(json, some, none)).isEqualTo(result("\"#\""));
    MaskRule all = found(new Operator.Replace("#"), Where.BOTH);
    MaskRule more = found(new Operator.KeepLast(4), Where.RECORD);
    assertThat(kept(json, all, more)).isEqualTo(result("\"#\""));
  }

  @Test
  void whereBothLegsWantOtherDetectorsNoneHidesAnother() {
    // The card is within what the other detector finds, and a scan tells of one of them.
    MaskRule cards =
        new MaskRule("c", null, Set.of("CARD"), 0, Map.of(), new Operator.Replace("#"), Where.BOTH);
    MaskRule all = found(new Operator.Replace("*"), Where.RECORD);
    String json = result("\"4111111111111111 a@b.cd\"");
    assertThat(sent(json, cards, all)).isEqualTo(result("\"# a@b.cd\""));
    assertThat(kept(json, cards, all)).isEqualTo(result("\"# *\""));
  }

  @Test
  void hashesAndPseudonymsAreKeyedAndDeterministic() {
    String hash = masked(new Operator.Hash(), "Jane@Example.com");
    assertThat(hash)
        .matches("X_h_[a-z2-7]{24}")
        .isEqualTo(masked(new Operator.Hash(), "Jane@Example.com"));
    assertThat(masked(new Operator.Hash(), "jane@example.com")).isNotEqualTo(hash);
    String pseudonym = masked(new Operator.Pseudonym(), "Jane@Example.com");
    assertThat(pseudonym).matches("X_p_[a-z2-7]{24}");
    assertThat(masked(new Operator.Pseudonym(), "jane@example.com ")).isEqualTo(pseudonym);
    assertThat(masked(new Operator.Pseudonym(), "4111 1111-1111 1111"))
        .isEqualTo(masked(new Operator.Pseudonym(), "4111111111111111"));
    assertThat(masked(new Operator.Pseudonym(), "４111111111111111"))
        .isEqualTo(masked(new Operator.Pseudonym(), "4111111111111111"));
  }

  @Test
  void tenantsEpochsAndLogsHaveNothingInCommon() {
    Set<String> seen = new HashSet<>();
    for (String key :
        new String[] {"0123456789abcdef0123456789abcdef", "another key of another log......"}) {
      for (String tenant : new String[] {"a", "b"}) {
        for (int epoch = 1; epoch < 3; epoch++) {
          var keys =
              new MaskKeys(
                  new HmacKeyedHash(SecretBytes.copyOf(key.getBytes(UTF_8))), tenant, epoch);
          assertThat(seen.add(keys.pseudonym("X", "jane"))).isTrue();
          assertThat(seen.add(keys.token("X", "jane", ""))).isTrue();
        }
      }
    }
  }

  @Test
  void pseudonymsOfNumbersAreNumbersThatAreNoCards() {
    assertThat(number(new Operator.Pseudonym(), "4111111111111111"))
        .matches("[1-9][0-9]{15}")
        .isNotEqualTo("4111111111111111")
        .isEqualTo(number(new Operator.Pseudonym(), "4111111111111111"));
    for (long n = 4_000_000_000_000_000L; n < 4_000_000_000_000_400L; n++) {
      assertThat(Form.isCard(number(new Operator.Pseudonym(), Long.toString(n)))).isFalse();
    }
  }

  @Test
  void formsArePreservedAndNeverACard() {
    var random = new Random(7);
    var operator = new Operator.FormatPreserving();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      String card =
          "4%03d-%04d %04d/%04d"
              .formatted(
                  random.nextInt(1000),
                  random.nextInt(10000),
                  random.nextInt(10000),
                  random.nextInt(10000));
      String other = masked(operator, card);
      assertThat(other).matches("[0-9]{4}-[0-9]{4} [0-9]{4}/[0-9]{4}").isNotEqualTo(card);
      assertThat(Form.isCard(other.replaceAll("[^0-9]", ""))).isFalse();
      assertThat(seen.add(other)).isTrue();
    }
    assertThat(masked(operator, "jane.doe@example.com"))
        .matches("[a-z]{4}\\.[a-z]{3}@[a-z]{7}\\.[a-z]{3}");
    assertThat(Form.isCard("4111111111111111")).isTrue();
  }

  @Test
  void tooSmallADomainIsReplaced() {
    var operator = new Operator.FormatPreserving();
    assertThat(masked(operator, "12345")).isEqualTo("[X]");
    assertThat(masked(operator, "123456")).matches("[0-9]{6}");
    assertThat(masked(operator, "é".repeat(20))).isEqualTo("[X]");
    assertThat(number(operator, "12345")).isEqualTo("0");
  }

  @Test
  void whatWasMadeHereIsLeftAlone() {
    for (Operator operator :
        new Operator[] {new Operator.Hash(), new Operator.Pseudonym(), new Operator.Token()}) {
      String once = masked(operator, "jane@example.com");
      assertThat(masked(operator, once)).isEqualTo(once);
      String forged = once.substring(0, once.length() - 1) + (once.endsWith("a") ? "b" : "a");
      assertThat(masked(operator, forged)).isNotEqualTo(forged);
    }
  }

  @Test
  void operatorsHaveLimits() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Operator.KeepLast(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Operator.KeepLast(9));
    assertThatIllegalArgumentException().isThrownBy(() -> new Operator.Replace("x".repeat(129)));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new MaskRule("r", null, Set.of(), 0, Map.of(), new Operator.Redact(), Where.BOTH));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new MaskRule(
                "r", null, Set.of("A"), Double.NaN, Map.of(), new Operator.Redact(), Where.BOTH));
  }
}
