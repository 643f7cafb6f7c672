package io.tabellion.detect.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonemetadata.PhoneMetadata;
import com.google.i18n.phonenumbers.metadata.DefaultMetadataDependenciesProvider;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class DigitPatternTest {
  private final Random random = new Random(11);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12?3",
        "1|23|",
        "[2-49]\\d{2,5}",
        "(?:1|2[0-3])?4{3}",
        "(5|6[\\d]){1,3}7",
        "((1)(2|3?))",
        "\\d{0,2}9",
        "(?:1{2,3}|12){2}"
      })
  void matchesWhatTheExpressionOfTheJdkMatches(String expression) {
    compare(expression, 20_000);
  }

  @Test
  void matchesThePlansOfAllRegions() {
    var source = DefaultMetadataDependenciesProvider.getInstance().getPhoneNumberMetadataSource();
    for (String region : PhoneNumberUtil.getInstance().getSupportedRegions()) {
      PhoneMetadata plan = source.getMetadataForRegion(region);
      compare(plan.getGeneralDesc().getNationalNumberPattern(), 300);
      compare(plan.getFixedLine().getNationalNumberPattern(), 300);
      compare(plan.getMobile().getNationalNumberPattern(), 300);
    }
  }

  private void compare(String expression, int rounds) {
    Pattern expected = Pattern.compile(expression);
    DigitPattern pattern = DigitPattern.of(expression);
    for (int i = 0; i < rounds; i++) {
      String digits = digits();
      assertThat(pattern.matches(DigitString.of(digits)))
          .as("%s of %s", expression, digits)
          .isEqualTo(expected.matcher(digits).matches());
    }
  }

  private String digits() {
    StringBuilder digits = new StringBuilder();
    int most = 1 + random.nextInt(9);
    for (int length = random.nextInt(13); length > 0; length--) {
      digits.append(random.nextInt(most));
    }
    return digits.toString();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    for (String other : List.of("1*", "1+", "(?=1)2", "a", "1)", "[1", "1{2", "\\w", "^1")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DigitPattern.of(other))
          .withMessageContaining("expected: ");
    }
  }
}
