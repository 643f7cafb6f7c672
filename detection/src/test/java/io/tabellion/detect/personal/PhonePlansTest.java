package io.tabellion.detect.personal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PhonePlansTest {
  private final PhoneNumberUtil phones = PhoneNumberUtil.getInstance();

  @Test
  void hasTheExampleOfEachRegion() {
    for (String region : phones.getSupportedRegions()) {
      PhoneNumber example = phones.getExampleNumber(region);
      String digits = phones.format(example, PhoneNumberUtil.PhoneNumberFormat.E164).substring(1);

      assertThat(PhonePlans.has(DigitString.of(digits))).as(region).isTrue();
      assertThat(PhonePlans.has(DigitString.of("0" + digits))).as(region).isFalse();
    }
  }

  @Test
  void hasNoNumberThatTheLibraryRefuses() throws NumberParseException {
    Random random = new Random(5);
    int had = 0;
    for (int i = 0; i < 50_000; i++) {
      String digits = Long.toString(random.nextLong(1_000_000_000L, 99_999_999_999_999L));
      if (PhonePlans.has(DigitString.of(digits))) {
        had++;
        assertThat(phones.isValidNumber(phones.parse("+" + digits, null))).as(digits).isTrue();
      }
    }
    assertThat(had).isGreaterThan(100);
  }

  @Test
  void theAutomatonAnswersAsThePatternsOfEachKindDo() {
    Random random = new Random(7);
    int had = 0;
    int unknown = 0;
    for (int code : List.of(1, 7, 33, 39, 44, 49, 52, 55, 86, 91, 212, 353, 800, 979)) {
      PhonePlans plan = PhonePlans.plan(code);
      PlanAutomaton automaton = new PlanAutomaton(plan.regions());
      for (int i = 0; i < 20_000; i++) {
        DigitString digits = digits(random, 3 + random.nextInt(12));
        boolean has = plan.isInRegion(digits);
        PlanAutomaton.Answer answer = automaton.has(digits);

        if (answer == PlanAutomaton.Answer.UNKNOWN) {
          unknown++;
        } else {
          assertThat(answer == PlanAutomaton.Answer.YES).as("%d %s", code, digits).isEqualTo(has);
        }
        had += has ? 1 : 0;
      }
    }
    assertThat(had).isGreaterThan(10_000);
    assertThat(unknown).isZero();
  }

  private static DigitString digits(Random random, int length) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < length; i++) {
      digits.append(random.nextInt(10));
    }
    return DigitString.of(digits.toString());
  }
}
