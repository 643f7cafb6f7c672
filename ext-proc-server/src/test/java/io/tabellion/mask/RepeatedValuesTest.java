package io.tabellion.mask;

import static io.tabellion.mask.Masks.kept;
import static io.tabellion.mask.Masks.mask;
import static io.tabellion.mask.Masks.quoted;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.selected;
import static io.tabellion.mask.Masks.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Selected values of structured content, in the prose beside it. */
@Tag("unit")
final class RepeatedValuesTest {
  private static final MaskRule PAY =
      selected("/result/structuredContent/**/pay", Operator.Replace.NAMED, Where.BOTH);

  private static String message(String structured, String text) {
    return result(
        "{\"content\":[{\"type\":\"text\",\"text\":"
            + quoted(text)
            + "}],\"structuredContent\":"
            + structured
            + "}");
  }

  private static String prose(String structured, String text, MaskRule... rules) {
    String masked = sent(message(structured, text), rules);
    int from = masked.indexOf("\"text\":\"") + 8;
    return masked.substring(from, masked.indexOf("\"}]", from));
  }

  @Test
  void textsAndNumbersAreMaskedWhereWordsBeginAndEnd() {
    assertThat(prose("{\"pay\":\"84,500\"}", "Salary: 84,500 a year, not 184,500 or 84,5001", PAY))
        .isEqualTo("Salary: [SELECTED] a year, not 184,500 or 84,5001");
    assertThat(prose("{\"pay\":84500}", "84500, (84500) and 845001", PAY))
        .isEqualTo("[SELECTED], ([SELECTED]) and 845001");
    assertThat(prose("{\"a\":[{\"pay\":\"Jane Roe\"}]}", "by Jane Roe; Jane Roes; jane roe", PAY))
        .isEqualTo("by [SELECTED]; Jane Roes; jane roe");
    assertThat(prose("{\"pay\":\"$84.5 k (net)\"}", "x$84.5 k (net)", PAY))
        .isEqualTo("x$[SELECTED])");
    assertThat(prose("{\"pay\":\"Zoë Å\"}", "Zoë Å.", PAY)).isEqualTo("[SELECTED].");
  }

  @Test
  void theOrderOfTheMembersDoesNotCount() {
    assertThat(
            sent(
                result(
                    "{\"structuredContent\":{\"pay\":\"84,500\"},"
                        + "\"content\":[{\"type\":\"text\",\"text\":\"84,500\"}]}"),
                PAY))
        .isEqualTo(
            result(
                "{\"structuredContent\":{\"pay\":\"[SELECTED]\"},"
                    + "\"content\":[{\"type\":\"text\",\"text\":\"[SELECTED]\"}]}"));
  }

  @Test
  void whatSaysLittleAndWhatIsNotSelectedStays() {
    assertThat(prose("{\"pay\":\"845\",\"n\":\"84,500\"}", "845 of 84,500", PAY))
        .isEqualTo("845 of 84,500");
    assertThat(prose("{\"pay\":true}", "true", PAY)).isEqualTo("true");
    assertThat(sent(result("{\"content\":[{\"text\":\"84,500\"}],\"pay\":\"84,500\"}"), PAY))
        .contains("\"text\":\"84,500\"");
  }

  @Test
  void allThatIsBelowASelectedPlaceIsLookedFor() {
    MaskRule all = selected("/result/structuredContent/who", new Operator.Redact(), Where.BOTH);
    assertThat(prose("{\"who\":{\"a\":[\"Jane\",1234]}}", "Jane, 1234!", all)).isEqualTo(", !");
  }

  @Test
  void legsAreThoseOfTheRule() {
    MaskRule record =
        selected("/result/structuredContent/pay", new Operator.KeepLast(2), Where.RECORD);
    String message = message("{\"pay\":\"84,500\"}", "84,500");
    assertThat(sent(message, record)).isEqualTo(message);
    assertThat(kept(message, record)).isEqualTo(message("{\"pay\":\"**,*00\"}", "**,*00"));
    assertThat(mask(message, record).places())
        .containsExactly(
            "SELECTED record 1 /result/content/*/text",
            "SELECTED record 1 /result/structuredContent/pay");
  }

  @Test
  void textsInJsonAndOfResourcesAreLookedAt() {
    String structured = "{\"pay\":\"84,500\"}";
    assertThat(prose(structured, "{\"note\":\"earns 84,500\"}", PAY))
        .isEqualTo("{\\\"note\\\":\\\"earns [SELECTED]\\\"}");
    assertThat(
            sent(
                result(
                    "{\"content\":[{\"type\":\"resource\",\"resource\":{\"text\":\"84,500\"}}],"
                        + "\"structuredContent\":"
                        + structured
                        + "}"),
                PAY))
        .doesNotContain("84,500");
  }

  @Test
  void aLongValueIsMaskedAsAWhole() {
    String value = "one two three four five six seven eight nine ten eleven twelve";
    assertThat(prose("{\"pay\":" + quoted(value) + "}", "- " + value + ". nine ten", PAY))
        .isEqualTo("- [SELECTED]. nine ten");
  }

  @Test
  void structuredContentWithinStructuredContentIsRepeatedToo() {
    assertThat(prose("{\"structuredContent\":{\"pay\":\"84,500\"}}", "earns 84,500", PAY))
        .isEqualTo("earns [SELECTED]");
  }

  @Test
  void blocksWithinBlocksRepeatWhatTheirOutermostStandBeside() {
    String block =
        "{\"content\":[{\"type\":\"tool_result\",\"content\":[{\"type\":\"text\",\"text\":%s}]}],"
            + "\"structuredContent\":{\"pay\":\"84,500\"}}";
    assertThat(sent(result(block.formatted(quoted("earns 84,500"))), PAY)).doesNotContain("84,500");
    assertThat(sent(result(block.formatted(quoted("{\"pay\":\"84,500\"}"))), PAY))
        .doesNotContain("84,500");
  }
}
