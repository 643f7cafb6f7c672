package io.tabellion.mask.find;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class RepeatsTest {
  private static final MaskRule PAY =
      new MaskRule(
          "selected",
          Selector.parse("/result/structuredContent/**/pay"),
          Set.of(),
          0,
          Map.of(),
          Operator.Replace.NAMED,
          Where.BOTH);

  @Test
  void workIsLinearHoweverManyValuesThereAre() {
    Repeats repeats = new Repeats();
    int characters = 0;
    for (int i = 0; i < 20_000; i++) {
      String value = "same words before " + i;
      repeats.value(value, new Operator.Redact(), PAY);
      characters += value.length();
    }
    StringBuilder text = new StringBuilder();
    for (int i = 20_000; i < 40_000; i++) {
      text.append("same words before ").append(i).append(' ');
    }
    text.append("same words before 777");
    int[] found = {0};
    repeats.text(1, text.toString());
    repeats.find((_, _, _) -> found[0]++);
    assertThat(found[0]).isEqualTo(1);
    // Each character is in at most 1 + 2 + … + 8 runs of words.
    assertThat(repeats.work()).isLessThan(36L * text.length());
    assertThat(characters).isGreaterThan(400_000);
  }
}
