package io.tabellion.detect.personal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
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
}
