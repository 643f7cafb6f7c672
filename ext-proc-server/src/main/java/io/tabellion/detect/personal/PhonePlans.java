package io.tabellion.detect.personal;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonemetadata.PhoneMetadata;
import com.google.i18n.phonenumbers.Phonemetadata.PhoneNumberDesc;
import com.google.i18n.phonenumbers.metadata.DefaultMetadataDependenciesProvider;
import com.google.i18n.phonenumbers.metadata.source.MetadataSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The numbering plans of libphonenumber's metadata, one expression for each calling code. The
 * library asks a dozen expressions for a number and forgets most of them, which is most of what
 * dense texts would cost.
 *
 * <p>Thread-safe; plans are read when they are first asked for.
 */
final class PhonePlans {
  /** Calling codes have one to three digits, and none begins another (ITU-T E.164). */
  private static final int LONGEST_CODE = 3;

  private static final boolean[] CODES = new boolean[1000];
  private static final @Nullable Pattern[] PLANS = new Pattern[1000];

  static {
    PhoneNumberUtil.getInstance().getSupportedCallingCodes().forEach(code -> CODES[code] = true);
  }

  private PhonePlans() {}

  /** Returns whether the digits are a calling code and a number that its plan has. */
  static boolean has(String digits) {
    int code = 0;
    for (int i = 0; i < Math.min(LONGEST_CODE, digits.length()); i++) {
      code = code * 10 + digits.charAt(i) - '0';
      if (code == 0) {
        return false; // no calling code begins with it
      }
      if (CODES[code]) {
        return plan(code).matcher(digits).region(i + 1, digits.length()).matches();
      }
    }
    return false;
  }

  private static Pattern plan(int code) {
    Pattern plan = PLANS[code];
    if (plan == null) {
      plan = Pattern.compile(String.join("|", shapes(code)));
      PLANS[code] = plan;
    }
    return plan;
  }

  /** Returns the shapes of numbers of all regions that have the calling code. */
  private static Set<String> shapes(int code) {
    MetadataSource source =
        DefaultMetadataDependenciesProvider.getInstance().getPhoneNumberMetadataSource();
    Set<String> shapes = new LinkedHashSet<>();
    for (String region : PhoneNumberUtil.getInstance().getRegionCodesForCountryCode(code)) {
      PhoneMetadata plan =
          region.equals(PhoneNumberUtil.REGION_CODE_FOR_NON_GEO_ENTITY)
              ? source.getMetadataForNonGeographicalRegion(code)
              : source.getMetadataForRegion(region);
      String all = "(?=" + shape(plan.getGeneralDesc()) + "\\z)";
      descriptions(plan)
          .filter(PhoneNumberDesc::hasNationalNumberPattern)
          .forEach(kind -> shapes.add(all + shape(kind)));
    }
    return shapes;
  }

  /** Returns the digits of a kind of numbers, in one of its lengths. */
  private static String shape(PhoneNumberDesc kind) {
    String lengths =
        kind.getPossibleLengthList().stream()
            .map(length -> "\\d{" + length + "}\\z")
            .collect(Collectors.joining("|"));
    return (lengths.isEmpty() ? "" : "(?=" + lengths + ")")
        + "(?:"
        + kind.getNationalNumberPattern()
        + ")";
  }

  private static Stream<PhoneNumberDesc> descriptions(PhoneMetadata plan) {
    return Stream.of(
        plan.getMobile(),
        plan.getFixedLine(),
        plan.getTollFree(),
        plan.getPremiumRate(),
        plan.getSharedCost(),
        plan.getPersonalNumber(),
        plan.getVoip(),
        plan.getPager(),
        plan.getUan(),
        plan.getVoicemail());
  }
}
