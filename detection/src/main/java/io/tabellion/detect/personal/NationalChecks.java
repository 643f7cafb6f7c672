package io.tabellion.detect.personal;

import static io.tabellion.detect.personal.Checksums.isDay;
import static io.tabellion.detect.personal.Checksums.last;
import static io.tabellion.detect.personal.Checksums.number;
import static io.tabellion.detect.personal.Checksums.uniform;
import static io.tabellion.detect.personal.Checksums.weighted;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The checks of the numbers in {@code national-ids.txt}: over letters and digits in upper case, in
 * one of the shapes there.
 */
final class NationalChecks {
  private static final String DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
  private static final String HETU_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  private static final int[] CODICE_ODD = {
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
  };
  private static final Set<String> NINO_NOT = Set.of("BG", "GB", "NK", "KN", "TN", "NT", "ZZ");

  /** Each by the name of its number. */
  static final Map<String, Predicate<String>> ALL =
      Map.ofEntries(
          Map.entry("US_SSN", NationalChecks::isSsn),
          Map.entry("US_ITIN", NationalChecks::isItin),
          Map.entry("UK_NINO", NationalChecks::isNino),
          Map.entry("UK_NHS", NationalChecks::isNhs),
          Map.entry("DE_STEUER_ID", NationalChecks::isSteuerId),
          Map.entry("FR_NIR", NationalChecks::isNir),
          Map.entry("ES_DNI", d -> DNI_LETTERS.charAt(number(d, 0, 8) % 23) == d.charAt(8)),
          Map.entry("ES_NIE", NationalChecks::isNie),
          Map.entry("IT_CODICE_FISCALE", NationalChecks::isCodice),
          Map.entry("NL_BSN", NationalChecks::isBsn),
          Map.entry("BE_RRN", NationalChecks::isRrn),
          Map.entry("PL_PESEL", NationalChecks::isPesel),
          Map.entry("SE_PERSONNUMMER", NationalChecks::isPersonnummer),
          Map.entry("FI_HETU", NationalChecks::isHetu),
          Map.entry("NO_FNR", NationalChecks::isFnr),
          Map.entry("DK_CPR", NationalChecks::isCpr),
          Map.entry("PT_NIF", NationalChecks::isNif),
          Map.entry("BR_CPF", NationalChecks::isCpf),
          Map.entry("BR_CNPJ", NationalChecks::isCnpj),
          Map.entry(
              "CA_SIN",
              d -> Checksums.luhn(d) && d.charAt(0) != '0' && d.charAt(0) != '8' && !uniform(d)),
          Map.entry(
              "AU_TFN", d -> weighted(d, 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0 && !uniform(d)),
          Map.entry("AU_MEDICARE", NationalChecks::isMedicare),
          Map.entry("IN_AADHAAR", d -> d.charAt(0) >= '2' && Checksums.verhoeff(d) && !uniform(d)),
          Map.entry("IN_PAN", d -> "PCHABGJLFT".indexOf(d.charAt(3)) >= 0),
          Map.entry("KR_RRN", NationalChecks::isKrRrn),
          Map.entry("SG_NRIC", NationalChecks::isNric),
          Map.entry("ZA_ID", NationalChecks::isZaId),
          Map.entry("CH_AHV", NationalChecks::isAhv),
          Map.entry("TR_KIMLIK", NationalChecks::isKimlik),
          Map.entry("CN_RIC", NationalChecks::isRic),
          Map.entry("MX_CURP", NationalChecks::isCurp),
          Map.entry("IE_PPS", NationalChecks::isPps));

  private NationalChecks() {}

  private static boolean isSsn(String d) {
    int area = number(d, 0, 3);
    return area != 0
        && area != 666
        && number(d, 3, 5) != 0
        && number(d, 5, 9) != 0
        && !uniform(d)
        && !d.equals("078051120")
        && !d.equals("219099999");
  }

  private static boolean isItin(String d) {
    int group = number(d, 3, 5);
    return d.charAt(0) == '9'
        && group >= 50
        && group <= 99
        && (group <= 65 || group >= 70)
        && group != 89
        && group != 93
        && !uniform(d);
  }

  private static boolean isNino(String d) {
    boolean sample = d.startsWith("QQ"); // what the authority writes in examples
    return (sample || "DFIQUV".indexOf(d.charAt(0)) < 0)
        && (sample || "DFIQUVO".indexOf(d.charAt(1)) < 0)
        && !NINO_NOT.contains(d.substring(0, 2))
        && "ABCD".indexOf(d.charAt(8)) >= 0;
  }

  private static boolean isNhs(String d) {
    int check = (11 - weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11) % 11;
    return check == last(d) && !uniform(d);
  }

  private static boolean isSteuerId(String d) {
    int[] counts = new int[10];
    d.substring(0, 10).chars().forEach(c -> counts[c - '0']++);
    int repeated = 0;
    for (int count : counts) {
      if (count > 3) {
        return false;
      }
      repeated += count > 1 ? 1 : 0;
    }
    return d.charAt(0) != '0' && repeated == 1 && Checksums.mod11And10(d);
  }

  private static boolean isNir(String d) {
    char department = d.charAt(6);
    if (Character.isLetter(department) && department != 'A' && department != 'B') {
      return false;
    }
    int month = number(d, 3, 5);
    long corsica = department == 'A' ? 1_000_000 : department == 'B' ? 2_000_000 : 0;
    String body = d.substring(0, 13);
    long number = Long.parseLong(corsica == 0 ? body : body.replace(department, '0')) - corsica;
    return (d.charAt(0) == '1' || d.charAt(0) == '2')
        && ((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50)
        && 97 - number % 97 == number(d, 13, 15);
  }

  private static boolean isNie(String d) {
    int first = "XYZ".indexOf(d.charAt(0));
    return first >= 0
        && DNI_LETTERS.charAt((first * 10_000_000 + number(d, 1, 8)) % 23) == d.charAt(8);
  }

  private static boolean isCodice(String d) {
    int sum = 0;
    for (int i = 0; i < 15; i++) {
      char c = d.charAt(i);
      int value = Character.isDigit(c) ? c - '0' : c - 'A';
      sum += i % 2 == 0 ? CODICE_ODD[value] : value;
    }
    int day = number(d, 9, 11) % 40;
    return "ABCDEHLMPRST".indexOf(d.charAt(8)) >= 0
        && day >= 1
        && day <= 31
        && 'A' + sum % 26 == d.charAt(15);
  }

  private static boolean isBsn(String d) {
    return weighted(d, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0 && !uniform(d);
  }

  private static boolean isRrn(String d) {
    long body = Long.parseLong(d.substring(0, 9));
    int check = number(d, 9, 11);
    int month = number(d, 2, 4) % 20;
    return month <= 12
        && number(d, 4, 6) <= 31
        && (97 - body % 97 == check || 97 - (2_000_000_000L + body) % 97 == check);
  }

  private static boolean isPesel(String d) {
    return isDay(number(d, 2, 4) % 20, number(d, 4, 6))
        && (10 - weighted(d, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) % 10) % 10 == last(d);
  }

  private static boolean isPersonnummer(String d) {
    String ten = d.substring(d.length() - 10);
    boolean century = d.length() == 10 || d.startsWith("19") || d.startsWith("20");
    return century && isDay(number(ten, 2, 4), number(ten, 4, 6) % 60) && Checksums.luhn(ten);
  }

  private static boolean isHetu(String d) {
    // The century's sign is lost where it is a hyphen or a plus.
    int order = d.length() - 4;
    char century = d.length() == 11 ? d.charAt(6) : '-';
    if (d.length() == 11 && "ABCDEFYXWVU".indexOf(century) < 0) {
      return false;
    }
    int number = number(d, 0, 6) * 1000 + number(d, order, order + 3);
    return isDay(number(d, 2, 4), number(d, 0, 2))
        && HETU_SIGNS.charAt(number % 31) == d.charAt(order + 3);
  }

  private static boolean isFnr(String d) {
    return isDay(number(d, 2, 4) % 40, number(d, 0, 2) % 40)
        && weighted(d, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1) % 11 == 0
        && weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0;
  }

  private static boolean isCpr(String d) {
    return isDay(number(d, 2, 4), number(d, 0, 2));
  }

  private static boolean isNif(String d) {
    int rest = weighted(d, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return d.charAt(0) >= '1' && d.charAt(0) <= '3' && (rest < 2 ? 0 : 11 - rest) == last(d);
  }

  private static boolean isCpf(String d) {
    return !uniform(d)
        && brazilian(weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == d.charAt(9) - '0'
        && brazilian(weighted(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == d.charAt(10) - '0';
  }

  private static int brazilian(int sum) {
    return sum % 11 < 2 ? 0 : 11 - sum % 11;
  }

  private static boolean isCnpj(String d) {
    return !uniform(d)
        && brazilian(weighted(d, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == d.charAt(12) - '0'
        && brazilian(weighted(d, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == d.charAt(13) - '0';
  }

  private static boolean isMedicare(String d) {
    return d.charAt(0) >= '2'
        && d.charAt(0) <= '6'
        && weighted(d, 1, 3, 7, 9, 1, 3, 7, 9) % 10 == d.charAt(8) - '0';
  }

  private static boolean isKrRrn(String d) {
    return isDay(number(d, 2, 4), number(d, 4, 6))
        && d.charAt(6) != '0'
        && (11 - weighted(d, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5) % 11) % 10 == last(d);
  }

  private static boolean isNric(String d) {
    int kind = "STFGM".indexOf(d.charAt(0));
    if (kind < 0) {
      return false;
    }
    int sum = weighted(d.substring(1), 2, 7, 6, 5, 4, 3, 2);
    return switch (d.charAt(0)) {
      case 'S' -> "JZIHGFEDCBA".charAt(sum % 11) == d.charAt(8);
      case 'T' -> "JZIHGFEDCBA".charAt((sum + 4) % 11) == d.charAt(8);
      case 'F' -> "XWUTRQPNMLK".charAt(sum % 11) == d.charAt(8);
      case 'G' -> "XWUTRQPNMLK".charAt((sum + 4) % 11) == d.charAt(8);
      default -> "KLJNPQRTUWX".charAt(10 - (sum + 3) % 11) == d.charAt(8);
    };
  }

  private static boolean isZaId(String d) {
    return isDay(number(d, 2, 4), number(d, 4, 6)) && d.charAt(10) <= '2' && Checksums.luhn(d);
  }

  private static boolean isAhv(String d) {
    return d.startsWith("756")
        && (10 - weighted(d, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3) % 10) % 10 == last(d);
  }

  private static boolean isKimlik(String d) {
    int odd = weighted(d, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    int even = weighted(d, 0, 1, 0, 1, 0, 1, 0, 1);
    int tenth = Math.floorMod(odd * 7 - even, 10);
    return d.charAt(0) != '0' && tenth == d.charAt(9) - '0' && (odd + even + tenth) % 10 == last(d);
  }

  private static boolean isRic(String d) {
    int rest = weighted(d, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2) % 11;
    int year = number(d, 6, 10);
    return year >= 1900
        && year <= 2099
        && isDay(number(d, 10, 12), number(d, 12, 14))
        && "10X98765432".charAt(rest) == d.charAt(17);
  }

  private static boolean isCurp(String d) {
    String signs = "0123456789ABCDEFGHIJKLMN.OPQRSTUVWXYZ"; // the place of Ñ is a dot here
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      sum += signs.indexOf(d.charAt(i)) * (18 - i);
    }
    return isDay(number(d, 6, 8), number(d, 8, 10))
        && "HMX".indexOf(d.charAt(10)) >= 0
        && (10 - sum % 10) % 10 == last(d);
  }

  private static boolean isPps(String d) {
    int more = d.length() == 9 && d.charAt(8) != 'W' ? d.charAt(8) - 'A' + 1 : 0;
    int rest = (weighted(d, 8, 7, 6, 5, 4, 3, 2) + more * 9) % 23;
    return d.charAt(7) == (rest == 0 ? 'W' : 'A' + rest - 1);
  }
}
