package io.tabellion.detect.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DigitStringTest {

  @Test
  void isWhatAStringOfDigitsIs() {
    Random random = new Random(23);
    for (int round = 0; round < 5000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 1 + random.nextInt(DigitString.LONGEST); i > 0; i--) {
        text.append(random.nextInt(1 + random.nextInt(10)));
      }
      assertIs(DigitString.of(text.toString()), text.toString());
      int index = random.nextInt(text.length());
      assertIs(DigitString.of(text.toString()).from(index), text.substring(index));
      assertIs(
          DigitString.of(text.toString()).without(index),
          text.substring(0, index) + text.substring(index + 1));
    }
  }

  private static void assertIs(DigitString digits, String text) {
    assertThat(digits).hasToString(text);
    assertThat(digits.length()).isEqualTo(text.length());
    assertThat(digits.isUniform()).as(text).isEqualTo(text.chars().distinct().count() <= 1);
    for (int i = 0; i < text.length(); i++) {
      assertThat(digits.at(i)).isEqualTo(text.charAt(i) - '0');
    }
  }

  @Test
  void holdsNoMoreThanFifteen() {
    assertThatIllegalArgumentException().isThrownBy(() -> DigitString.of("1234567890123456"));
  }
}
