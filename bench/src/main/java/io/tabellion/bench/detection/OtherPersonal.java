package io.tabellion.bench.detection;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Personal data of many countries, with checksums that hold. */
final class OtherPersonal {
  private static final String BITCOIN =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final String RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

  /** National numbers, as people there write them. */
  private static final String[] NATIONAL = {
    "(0)30 N######",
    "030 / N## ## ##",
    "0171-N######",
    "0664 N######",
    "079 N## ## ##",
    "06 ## ## ## ##",
    "06.##.##.##.##",
    "01-N#-##-##-##",
    "6## ## ## ##",
    "91 N## ## ##",
    "347 N######",
    "06-########",
    "0470 ## ## ##",
    "070-N## ## ##",
    "N## ## ###",
    "40 ## ## ##",
    "501 ### ###",
    "(11) 9N###-####",
    "11 9N### ####",
    "55 N### ####",
    "090-N###-####",
    "03-N###-####",
    "010-N###-####",
    "0412 ### ###",
    "021 N## ####",
    "082 N## ####",
    "0803 N## ####",
    "0532 N## ## ##",
    "8 (916) N##-##-##",
    "050-N######",
    "9N## ####",
    "98### #####",
    "07N## ######",
    "020 7N## ####",
    "(N##) N##-####",
    "N##.N##.####",
    "N##-N##-####"
  };

  private static final String[] INTERNATIONAL = {
    "+49 171 N######",
    "+49-30-N######",
    "+43 664 N######",
    "+41 79 N## ## ##",
    "+33 (0)6 12 ## ## ##",
    "0033 6 12 ## ## ##",
    "+34 612 ### ###",
    "+39 347 N######",
    "+31 6 2#######",
    "+32 470 ## ## ##",
    "+46 70 N## ## ##",
    "+47 412 ## ###",
    "+45 20 ## ## ##",
    "+358 40 N######",
    "+48 501 ### ###",
    "+420 602 ### ###",
    "+36 20 N## ####",
    "+351 912 ### ###",
    "+353 87 N## ####",
    "+44 (0)20 7946 0###",
    "+44 7911 1#####",
    "0044 7911 1#####",
    "+55 11 9N### ####",
    "+52 55 5### ####",
    "+81 90-N###-####",
    "+82-10-N###-####",
    "+61 412 ### ###",
    "+64 21 N## ####",
    "+27 82 N## ####",
    "+234 803 N## ####",
    "+254 712 ### ###",
    "+971 50 N## ####",
    "+90 532 N## ## ##",
    "+7 916 N##-##-##",
    "+380 67 N## ####",
    "+972 54-N##-####",
    "+65 9### ####",
    "+63 917 N## ####",
    "+91 98### #####",
    "+1 (212) N##-####",
    "+1.415.N##.####",
    "+86 138 #### ####"
  };

  private final Dice dice;

  OtherPersonal(Random random) {
    this.dice = new Dice(random);
  }

  void addTo(Map<String, Supplier<String>> values) {
    cards(values);
    contacts(values);
    accounts(values);
    identities(values);
    network(values);
    coins(values);
  }

  private void cards(Map<String, Supplier<String>> values) {
    values.put("CREDIT_CARD", () -> Dice.grouped(card(), dice.one("", " ", "-"), 4));
    values.put("CREDIT_CARD_PLAIN", this::card);
    values.put("CREDIT_CARD_DOTS", () -> Dice.grouped(card(), ".", 4));
    values.put("CREDIT_CARD_WIDE", () -> Dice.grouped(card(), dice.one("  ", " - ", "\u00a0"), 4));
  }

  private void contacts(Map<String, Supplier<String>> values) {
    values.put("EMAIL", this::email);
    values.put("EMAIL_UPPER", () -> email().toUpperCase(Locale.ROOT));
    values.put("EMAIL_URL", () -> email().replace("@", "%40").replace("+", "%2B"));
    values.put("PHONE", () -> dice.shaped(dice.one(dice.one(NATIONAL), dice.one(INTERNATIONAL))));
    values.put("PHONE_INTL", this::international);
    values.put("PHONE_PLAIN", this::plainPhone);
    values.put("PHONE_DIGITS", () -> plainPhone().substring(1));
    values.put("PHONE_URL", () -> "%2B" + plainPhone().substring(1));
  }

  private String international() {
    return dice.shaped(dice.one(INTERNATIONAL));
  }

  private String plainPhone() {
    return "+"
        + international().replaceFirst("^00", "+").replace("(0)", "").replaceAll("[^0-9]", "");
  }

  private void accounts(Map<String, Supplier<String>> values) {
    values.put("IBAN", this::iban);
    values.put("IBAN_SPACED", () -> Dice.grouped(iban(), " ", 4));
    values.put("IBAN_LOWER", () -> iban().toLowerCase(Locale.ROOT));
  }

  private void identities(Map<String, Supplier<String>> values) {
    values.put("US_SSN", () -> Dice.grouped(ssn(), "-", 3, 2, 4));
    values.put("US_SSN_PLAIN", this::ssn);
    values.put(
        "ES_DNI",
        () -> {
          int number = dice.between(10_000_000, 79_999_999);
          return number + dice.one("", "-") + "TRWAGMYFPDXBNJZSQVHLCKE".charAt(number % 23);
        });
    values.put(
        "NL_BSN", () -> tried(9, "1234", d -> weighted(d, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0));
    values.put(
        "PL_PESEL",
        () ->
            ended(
                dice.between(50, 99) + month() + day() + dice.digits(4),
                d -> weighted(d, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0));
    values.put(
        "CH_AHV",
        () ->
            Dice.grouped(
                ended(
                    "756" + dice.digits(9),
                    d -> weighted(d, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1) % 10 == 0),
                ".",
                3,
                4,
                4,
                2));
    values.put("FR_NIR", this::nir);
    values.put("DE_STEUER_ID", this::steuerId);
    values.put(
        "SE_PERSONNUMMER",
        () -> {
          String d =
              ended(dice.between(50, 99) + month() + day() + dice.digits(3), OtherPersonal::luhn);
          return d.substring(0, 6) + "-" + d.substring(6);
        });
    values.put(
        "UK_NINO",
        () ->
            Dice.grouped(
                    dice.of("ABCEHJKLMPRSWXY", 1)
                        + dice.of("ABCEHJLMPRSWXYZ", 1)
                        + dice.digits(6)
                        + dice.of("ABCD", 1),
                    dice.one("", " "),
                    2,
                    2,
                    2,
                    2,
                    1)
                .replaceFirst("^(GB|BG|NK|KN)", "AB"));
    values.put("TR_KIMLIK", this::kimlik);
    values.put(
        "IN_AADHAAR", () -> Dice.grouped(verhoeff("3" + dice.digits(10)), dice.one("", " "), 4));
    values.put(
        "UK_NHS",
        () ->
            Dice.grouped(
                tried(10, "469", d -> weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1) % 11 == 0),
                " ",
                3,
                3,
                4));
    values.put(
        "CA_SIN",
        () ->
            Dice.grouped(ended("4" + dice.digits(7), OtherPersonal::luhn), dice.one(" ", "-"), 3));
    values.put(
        "AU_TFN",
        () ->
            Dice.grouped(
                tried(9, "1346", d -> weighted(d, 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0), " ", 3));
    values.put("BR_CPF", this::cpf);
  }

  private void network(Map<String, Supplier<String>> values) {
    values.put("IP4", this::ip4);
    values.put("IP6", this::ip6);
    values.put("IP6_BRACKET", this::ip6);
    values.put("IP_ADDRESS", () -> dice.between(0, 3) == 0 ? ip6() : ip4());
    values.put(
        "MAC_ADDRESS",
        () -> {
          String mac = HexFormat.ofDelimiter(dice.one(":", "-")).formatHex(dice.bytes(6));
          return dice.one(mac, mac.toUpperCase(Locale.ROOT));
        });
  }

  private void coins(Map<String, Supplier<String>> values) {
    values.put("BTC_ADDRESS", () -> base58(dice.one("00", "05"), BITCOIN));
    values.put("LTC_ADDRESS", () -> base58(dice.one("30", "32"), BITCOIN));
    values.put("DOGE_ADDRESS", () -> base58("1e", BITCOIN));
    values.put("TRX_ADDRESS", () -> base58("41", BITCOIN));
    values.put("XRP_ADDRESS", () -> base58("00", RIPPLE));
    values.put("SOL_ADDRESS", () -> encoded(dice.bytes(32), BITCOIN));
  }

  private String card() {
    String start =
        dice.one(
            "4" + dice.digits(14),
            "51" + dice.digits(13),
            "34" + dice.digits(12),
            "6221" + dice.digits(11),
            "3589" + dice.digits(11),
            "2720" + dice.digits(11));
    return ended(start, OtherPersonal::luhn);
  }

  private String email() {
    return dice.one(
        dice.of(Dice.SMALL, 6)
            + "."
            + dice.of(Dice.SMALL, 8)
            + "@"
            + dice.of(Dice.SMALL, 7)
            + dice.one(".com", ".io", ".co.jp", ".museum", ".xyz"),
        dice.of(Dice.SMALL, 4)
            + "+"
            + dice.of(Dice.SMALL, 3)
            + "@sub."
            + dice.of(Dice.SMALL, 5)
            + ".fr",
        dice.of(Dice.SMALL, 1)
            + dice.digits(3)
            + "_x@"
            + dice.of(Dice.SMALL, 3)
            + "-"
            + dice.of(Dice.SMALL, 3)
            + ".de");
  }

  private String iban() {
    String body =
        dice.one(
            "GB" + dice.of(Dice.CAPITALS, 4) + dice.digits(14),
            "BE" + dice.digits(12),
            "AT" + dice.digits(16),
            "IT" + dice.of(Dice.CAPITALS, 1) + dice.digits(22),
            "SE" + dice.digits(20),
            "DK" + dice.digits(14),
            "PT" + dice.digits(21),
            "TR" + dice.digits(22),
            "SA" + dice.digits(20),
            "BR" + dice.digits(23) + "P1",
            "MT" + dice.of(Dice.CAPITALS, 4) + dice.digits(23),
            "DE" + dice.digits(18));
    StringBuilder number = new StringBuilder();
    for (char c : (body.substring(2) + body.substring(0, 2) + "00").toCharArray()) {
      number.append(Character.digit(c, 36));
    }
    int rest = new BigInteger(number.toString()).mod(BigInteger.valueOf(97)).intValue();
    return body.substring(0, 2) + String.format(Locale.ROOT, "%02d", 98 - rest) + body.substring(2);
  }

  private String ssn() {
    return dice.of("2345", 1)
        + dice.shaped("##").replace("00", "01")
        + dice.between(11, 98)
        + dice.between(1001, 9998);
  }

  private String nir() {
    String body =
        dice.one("1", "2")
            + dice.between(50, 99)
            + month()
            + "75"
            + dice.digits(3)
            + dice.between(100, 999);
    long key = 97 - Long.parseLong(body) % 97;
    String all = body + String.format(Locale.ROOT, "%02d", key);
    return dice.one(all, Dice.grouped(all, " ", 1, 2, 2, 2, 3, 3, 2));
  }

  private String steuerId() {
    String digits = "";
    for (int i = 0; i < 9; i++) {
      String d = dice.of("123456789", 1);
      while (digits.contains(d)) {
        d = dice.of("0123456789", 1);
      }
      digits += d;
    }
    digits += digits.charAt(3);
    int product = 10;
    for (int k = 0; k < digits.length(); k++) {
      char c = digits.charAt(k);
      int sum = (c - '0' + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return digits + (11 - product) % 10;
  }

  private String kimlik() {
    String d = "4" + dice.digits(8);
    int odd = weighted(d, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    int even = weighted(d, 0, 1, 0, 1, 0, 1, 0, 1, 0);
    d += Math.floorMod(odd * 7 - even, 10);
    return d + weighted(d, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1) % 10;
  }

  private String cpf() {
    String d = dice.digits(9);
    for (int i = 10; i <= 11; i++) {
      int sum = 0;
      for (int k = 0; k < d.length(); k++) {
        sum += (d.charAt(k) - '0') * (i - k);
      }
      d += sum * 10 % 11 % 10;
    }
    return dice.one(
        d,
        d.substring(0, 3)
            + "."
            + d.substring(3, 6)
            + "."
            + d.substring(6, 9)
            + "-"
            + d.substring(9));
  }

  /** The check digit by the dihedral group of order ten, multiplied out. */
  private static String verhoeff(String digits) {
    int[] turn = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    int check = 0;
    for (int i = 0; i < digits.length(); i++) {
      int d = digits.charAt(digits.length() - 1 - i) - '0';
      for (int k = 0; k <= i; k++) {
        d = turn[d];
      }
      check = times(check, d);
    }
    return digits + (check > 0 && check < 5 ? 5 - check : check);
  }

  private static int times(int a, int b) {
    if (a < 5) {
      return b < 5 ? (a + b) % 5 : 5 + (a + b - 5) % 5;
    }
    return b < 5 ? 5 + Math.floorMod(a - 5 - b, 5) : Math.floorMod(a - b, 5);
  }

  private String ip4() {
    return dice.between(11, 120)
        + "."
        + dice.between(0, 255)
        + "."
        + dice.between(0, 255)
        + "."
        + dice.between(1, 254);
  }

  private String ip6() {
    return dice.one(
        "2a01:4f8:"
            + dice.hex(2).replace('0', 'a')
            + ":"
            + dice.hex(2).replace('0', 'b')
            + "::"
            + dice.between(1, 9),
        "fe80::"
            + dice.hex(2).replace('0', 'c')
            + ":"
            + dice.hex(2).replace('0', 'd')
            + ":fe"
            + dice.hex(1)
            + ":1",
        "fd00::" + dice.between(1, 9999),
        "::ffff:" + ip4());
  }

  private String month() {
    return String.format(Locale.ROOT, "%02d", dice.between(1, 12));
  }

  private String day() {
    return String.format(Locale.ROOT, "%02d", dice.between(1, 28));
  }

  private interface Check {
    boolean holds(String digits);
  }

  private String tried(int length, String first, Check check) {
    while (true) {
      String digits = dice.of(first, 1) + dice.digits(length - 1);
      if (check.holds(digits)) {
        return digits;
      }
    }
  }

  private static String ended(String body, Check check) {
    int digit = 0;
    while (!check.holds(body + digit)) {
      digit++;
    }
    return body + digit;
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      sum += i % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
    }
    return sum % 10 == 0;
  }

  private static int weighted(String digits, int... weights) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      sum += (digits.charAt(i) - '0') * weights[i];
    }
    return sum;
  }

  private String base58(String version, String alphabet) {
    byte[] bytes = dice.bytes(25);
    bytes[0] = HexFormat.of().parseHex(version)[0];
    System.arraycopy(digest(digest(Arrays.copyOf(bytes, 21))), 0, bytes, 21, 4);
    return encoded(bytes, alphabet);
  }

  private static String encoded(byte[] bytes, String alphabet) {
    StringBuilder text = new StringBuilder();
    BigInteger rest = new BigInteger(1, bytes);
    while (rest.signum() > 0) {
      BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(58));
      text.append(alphabet.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append(alphabet.charAt(0));
    }
    return text.reverse().toString();
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
