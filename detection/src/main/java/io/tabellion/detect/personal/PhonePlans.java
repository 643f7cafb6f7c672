package io.tabellion.detect.personal;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonemetadata.PhoneMetadata;
import com.google.i18n.phonenumbers.Phonemetadata.PhoneNumberDesc;
import com.google.i18n.phonenumbers.metadata.DefaultMetadataDependenciesProvider;
import com.google.i18n.phonenumbers.metadata.source.MetadataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The numbering plans of libphonenumber's metadata, by calling code. The library asks a dozen
 * expressions for a number and forgets most of them, which would be most of what dense texts cost.
 *
 * <p>Thread-safe; plans are read when they are first asked for.
 */
final class PhonePlans {
  /** Calling codes have one to three digits, and none begins another (ITU-T E.164). */
  private static final int LONGEST_CODE = 3;

  private static final boolean[] CODES = new boolean[1000];
  private static final @Nullable PhonePlans[] PLANS = new PhonePlans[1000];

  static {
    PhoneNumberUtil.getInstance().getSupportedCallingCodes().forEach(code -> CODES[code] = true);
  }

  private final List<Region> regions;
  private final PlanAutomaton automaton;

  private PhonePlans(List<Region> regions) {
    this.regions = List.copyOf(regions);
    this.automaton = new PlanAutomaton(this.regions);
  }

  /**
   * A region that has the calling code.
   *
   * @param all what every number in it matches
   * @param kinds of numbers, of which it matches one too
   */
  record Region(Shape all, List<Shape> kinds) {}

  /**
   * How numbers of a kind look.
   *
   * @param lengths a bit for each length that they have
   */
  record Shape(long lengths, DigitPattern digits) {
    static Shape of(PhoneNumberDesc kind) {
      long lengths = kind.getPossibleLengthCount() == 0 ? -1 : 0;
      for (int length : kind.getPossibleLengthList()) {
        lengths |= length < 0 ? 0 : 1L << length;
      }
      return new Shape(lengths, DigitPattern.of(kind.getNationalNumberPattern()));
    }

    boolean has(DigitString number) {
      return (lengths >> number.length() & 1) != 0 && digits.matches(number);
    }
  }

  /** Returns whether the digits are a calling code and a number that its plan has. */
  static boolean has(DigitString digits) {
    int code = 0;
    for (int i = 0; i < Math.min(LONGEST_CODE, digits.length()); i++) {
      code = code * 10 + digits.at(i);
      if (code == 0) {
        return false; // no calling code begins with it
      }
      if (CODES[code]) {
        return plan(code).hasNational(digits.from(i + 1));
      }
    }
    return false;
  }

  private boolean hasNational(DigitString number) {
    PlanAutomaton.Answer answer = automaton.has(number);
    return answer == PlanAutomaton.Answer.UNKNOWN
        ? isInRegion(number)
        : answer == PlanAutomaton.Answer.YES;
  }

  /** Asks the patterns one by one. */
  boolean isInRegion(DigitString number) {
    for (Region region : regions) {
      if (region.all.has(number)) {
        for (Shape kind : region.kinds) {
          if (kind.has(number)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  List<Region> regions() {
    return regions;
  }

  /** Returns the plan of a calling code. */
  static PhonePlans plan(int code) {
    PhonePlans plan = PLANS[code];
    if (plan == null) {
      plan = new PhonePlans(regions(code));
      PLANS[code] = plan;
    }
    return plan;
  }

  /** Returns all regions that have the calling code. */
  private static List<Region> regions(int code) {
    MetadataSource source =
        DefaultMetadataDependenciesProvider.getInstance().getPhoneNumberMetadataSource();
    List<Region> regions = new ArrayList<>();
    for (String region : PhoneNumberUtil.getInstance().getRegionCodesForCountryCode(code)) {
      PhoneMetadata plan =
          region.equals(PhoneNumberUtil.REGION_CODE_FOR_NON_GEO_ENTITY)
              ? source.getMetadataForNonGeographicalRegion(code)
              : source.getMetadataForRegion(region);
      List<Shape> kinds =
          descriptions(plan)
              .filter(PhoneNumberDesc::hasNationalNumberPattern)
              .map(Shape::of)
              .toList();
      regions.add(new Region(Shape.of(plan.getGeneralDesc()), kinds));
    }
    return regions;
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
