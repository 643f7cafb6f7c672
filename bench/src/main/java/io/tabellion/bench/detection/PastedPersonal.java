package io.tabellion.bench.detection;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Personal data of countries that the other sets leave out, with checksums that hold. */
final class PastedPersonal {
  /** Numbers as they are written within a country, with a word for a phone beside them. */
  private static final String[] LOCAL = {
    "020-6######",
    "0472/NN.##.##",
    "0662 N####-##",
    "0812-3###-####",
    "012-N## ####",
    "0917 N## ####",
    "090 N## ## ##",
    "11 4N##-####",
    "9 8### ####",
    "300 N## ####",
    "099N ### ###",
    "067 N## ## ##",
    "694 N## ####",
    "0722 ### ###",
    "052-N##-####",
    "055 N## ####",
    "0100 N## ####",
    "0300-N######",
    "01712-N#####",
    "081-N##-####",
    "6N## ####",
    "0912-N##-###",
    "(0##) N##-####",
    "N##/N##-####",
    "1-N##-N##-####"
  };

  private static final String[] ABROAD = {
    "+31 20 6## ####",
    "+32 472 NN ## ##",
    "+43 662 N#####",
    "+62 812-3###-####",
    "+60 12-N## ####",
    "+63 917 N## ####",
    "+84 90 N## ## ##",
    "+54 9 11 4N##-####",
    "+56 9 8### ####",
    "+57 300 N## ####",
    "+593 99 N## ####",
    "+380 67 N## ## ##",
    "+30 694 N## ####",
    "+40 722 ### ###",
    "+972 52-N##-####",
    "+966 55 N## ####",
    "+20 100 N## ####",
    "+92 300 N######",
    "+880 1712-N#####",
    "+66 81 N## ####",
    "+852 6N## ####",
    "+886 912 N## ###",
    "+1 (646) N##-####",
    "+44 (0) 7700 900###",
    "0031 20 6## ####"
  };

  private static final String[] FIRST = {
    "nadia", "tomasz", "ikenna", "lucia", "hyun", "aroha", "dmitri", "soledad", "yusuf", "freya"
  };
  private static final String[] LAST = {
    "okafor", "lindqvist", "moreau", "tanaka", "petrov", "silva", "haddad", "novak", "byrne", "roy"
  };

  private final Dice dice;

  PastedPersonal(Random random) {
    this.dice = new Dice(random);
  }

  void addTo(Map<String, Supplier<String>> values) {
    people(values);
    values.put("PHONE", () -> dice.shaped(dice.one(LOCAL)));
    values.put("PHONE.abroad", () -> dice.shaped(dice.one(ABROAD)));
    values.put("PHONE.plain", this::plainPhone);
    values.put("PHONE.digits", () -> plainPhone().substring(1));
    values.put("CREDIT_CARD", () -> Dice.grouped(card(), dice.one(" ", "-"), 4));
    values.put("CREDIT_CARD.plain", this::card);
    values.put("CREDIT_CARD.amex", () -> Dice.grouped(luhn("37" + dice.digits(12)), " ", 4, 6, 5));
    values.put("IBAN", this::iban);
    values.put("IBAN.spaced", () -> Dice.grouped(iban(), " ", 4));
    values.put("US_SSN", () -> Dice.grouped(ssn(), "-", 3, 2, 4));
    values.put("US_SSN.plain", this::ssn);
    values.put(
        "US_ITIN", () -> "9" + dice.digits(2) + "-" + dice.between(70, 88) + "-" + dice.digits(4));
    values.put("IP_ADDRESS", this::ip4);
    values.put("IP_ADDRESS.six", this::ip6);
    values.put(
        "MAC_ADDRESS", () -> HexFormat.ofDelimiter(dice.one(":", "-")).formatHex(dice.bytes(6)));
    values.put("ETH_ADDRESS", () -> "0x" + dice.hex(20));
    nordic(values);
    south(values);
    asia(values);
    documents(values);
  }

  private void people(Map<String, Supplier<String>> values) {
    values.put("first", () -> capital(dice.one(FIRST)));
    values.put("last", () -> capital(dice.one(LAST)));
    values.put("EMAIL", this::email);
    values.put("EMAIL.service", () -> "ci@proj-" + dice.digits(5) + ".iam.gserviceaccount.com");
    values.put("EMAIL.percent", () -> email().replace("@", "%40"));
  }

  private String email() {
    String name =
        dice.one(
            dice.one(FIRST) + "." + dice.one(LAST),
            dice.one(FIRST).charAt(0) + dice.one(LAST) + dice.between(1, 99),
            dice.one(FIRST) + "_" + dice.one(LAST),
            dice.one(LAST) + "+invoices",
            capital(dice.one(FIRST)));
    String host =
        dice.one("corp", "mail-7", "uni.ac", "post", "eu.mail", dice.of(Dice.SMALL, 9))
            + dice.one(".co.uk", ".org", ".com.br", ".nl", ".edu", ".ng", ".dev", ".se");
    return name + "@" + host;
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private String plainPhone() {
    return "+"
        + dice.shaped(dice.one(ABROAD))
            .replaceFirst("^00", "+")
            .replace("(0)", "")
            .replaceAll("[^0-9]", "");
  }

  private String card() {
    return dice.one(
        luhn("4" + dice.digits(14)),
        luhn("55" + dice.digits(13)),
        luhn("2223" + dice.digits(11)),
        luhn("6011" + dice.digits(11)),
        luhn("3530" + dice.digits(11)));
  }

  private String ssn() {
    return dice.between(101, 665) + "" + dice.between(10, 99) + dice.between(1000, 9999);
  }

  private String iban() {
    String letters = dice.of(Dice.CAPITALS, 4);
    String body =
        dice.one(
            "FR" + dice.digits(23),
            "ES" + dice.digits(20),
            "NL" + letters + dice.digits(10),
            "CH" + dice.digits(17),
            "PL" + dice.digits(24),
            "NO" + dice.digits(11),
            "FI" + dice.digits(14),
            "CZ" + dice.digits(20),
            "IE" + letters + dice.digits(14),
            "LU" + dice.digits(16),
            "AE" + dice.digits(19),
            "GR" + dice.digits(23),
            "RO" + letters + dice.digits(16),
            "LV" + letters + dice.digits(13));
    int rest = 0;
    for (char c : (body.substring(2) + body.substring(0, 2) + "00").toCharArray()) {
      int value = c <= '9' ? c - '0' : c - 'A' + 10;
      rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
    }
    int check = 98 - rest;
    return body.substring(0, 2) + (check < 10 ? "0" : "") + check + body.substring(2);
  }

  private String ip4() {
    return dice.one(
        "10." + dice.between(0, 255) + "." + dice.between(0, 255) + "." + dice.between(2, 254),
        "192.168." + dice.between(0, 255) + "." + dice.between(2, 254),
        dice.between(130, 220)
            + "."
            + dice.between(0, 255)
            + "."
            + dice.between(0, 255)
            + "."
            + dice.between(2, 254));
  }

  private String ip6() {
    return dice.one(
        "2a02:26f7:" + group() + ":" + group() + ":" + group() + ":" + group() + ":b:c0de",
        "2600:1f18:" + group() + "::" + group(),
        "fe80::" + group() + ":" + group() + "%eth0");
  }

  private String group() {
    return dice.of("123456789abcdef", 1) + dice.of("0123456789abcdef", 3);
  }

  private void nordic(Map<String, Supplier<String>> values) {
    values.put(
        "FI_HETU",
        () -> {
          String born = day() + month() + year();
          String order = dice.between(100, 899) + "";
          int rest = Integer.parseInt(born + order) % 31;
          return born + "-" + order + "0123456789ABCDEFHJKLMNPRSTUVWXY".charAt(rest);
        });
    values.put("NO_FNR", this::norwegian);
    values.put("DK_CPR", () -> day() + month() + year() + dice.one("-", "") + dice.digits(4));
    values.put(
        "BE_RRN",
        () -> {
          String body = year() + month() + day() + dice.between(100, 899);
          int check = (int) (97 - Long.parseLong(body) % 97);
          String all = body + (check < 10 ? "0" : "") + check;
          return dice.one(all, Dice.filled("##.##.##-###.##", all));
        });
    values.put(
        "IE_PPS",
        () -> {
          String digits = dice.between(1, 9) + dice.digits(6);
          int rest = sum(digits, 8, 7, 6, 5, 4, 3, 2) % 23;
          return digits + "WABCDEFGHIJKLMNOPQRSTUV".charAt(rest);
        });
  }

  private String norwegian() {
    while (true) {
      String body = day() + month() + year() + dice.between(100, 499);
      int first = (11 - sum(body, 3, 7, 6, 1, 8, 9, 4, 5, 2) % 11) % 11;
      int second = (11 - sum(body + first % 10, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11) % 11;
      if (first < 10 && second < 10) {
        return body + first + second;
      }
    }
  }

  private void south(Map<String, Supplier<String>> values) {
    values.put(
        "ES_NIE",
        () -> {
          int kind = dice.between(0, 2);
          String digits = dice.digits(7);
          int rest = Integer.parseInt(kind + digits) % 23;
          return "XYZ".charAt(kind)
              + dice.one("", "-")
              + digits
              + "TRWAGMYFPDXBNJZSQVHLCKE".charAt(rest);
        });
    values.put(
        "PT_NIF",
        () -> {
          String digits = dice.of("12", 1) + dice.digits(7);
          int rest = sum(digits, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
          return digits + (rest < 2 ? 0 : 11 - rest);
        });
    values.put("IT_CODICE_FISCALE", this::italian);
    values.put("BR_CNPJ", this::cnpj);
    values.put("MX_CURP", this::curp);
    values.put(
        "ZA_ID",
        () -> luhn(year() + month() + day() + dice.between(1000, 9999) + dice.one("0", "1") + "8"));
  }

  private String italian() {
    String consonants = "BCDFGLMNPRSTVZ";
    String body =
        dice.of(consonants, 6)
            + year()
            + dice.of("ABCDEHLMPRST", 1)
            + day()
            + dice.one("H501", "F205", "L219", "D612");
    int[] odd = {
      1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };
    int total = 0;
    for (int i = 0; i < body.length(); i++) {
      int value = body.charAt(i) <= '9' ? body.charAt(i) - '0' : body.charAt(i) - 'A';
      total += i % 2 == 0 ? odd[value] : value;
    }
    return body + (char) ('A' + total % 26);
  }

  private String cnpj() {
    String digits = dice.between(10, 89) + dice.digits(6) + "0001";
    digits += checkOf(sum(digits, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2));
    digits += checkOf(sum(digits, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2));
    return Dice.filled("##.###.###/####-##", digits);
  }

  private static int checkOf(int sum) {
    return sum % 11 < 2 ? 0 : 11 - sum % 11;
  }

  private String curp() {
    String consonants = "BCDFGHJKLMNPQRSTVWXYZ";
    String body =
        dice.of(consonants, 1)
            + dice.of("AEIOU", 1)
            + dice.of(consonants, 2)
            + year()
            + month()
            + day()
            + dice.one("H", "M")
            + dice.one("DF", "JC", "NL", "OC")
            + dice.of(consonants, 3)
            + "0";
    int total = 0;
    for (int i = 0; i < body.length(); i++) {
      total += "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ".indexOf(body.charAt(i)) * (18 - i);
    }
    return body + (10 - total % 10) % 10;
  }

  private void asia(Map<String, Supplier<String>> values) {
    values.put(
        "SG_NRIC",
        () -> {
          String digits = dice.digits(7);
          int rest = (sum(digits, 2, 7, 6, 5, 4, 3, 2) + 4) % 11;
          return "T" + digits + "JZIHGFEDCBA".charAt(rest);
        });
    values.put(
        "KR_RRN",
        () -> {
          String digits = year() + month() + day() + dice.of("12", 1) + dice.digits(5);
          int check = (11 - sum(digits, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5) % 11) % 10;
          return digits.substring(0, 6) + "-" + digits.substring(6) + check;
        });
    values.put(
        "CN_RIC",
        () -> {
          String digits =
              dice.one("110105", "310115", "440305")
                  + "19"
                  + year()
                  + month()
                  + day()
                  + dice.digits(3);
          int rest = sum(digits, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2) % 11;
          return digits + "10X98765432".charAt(rest);
        });
    values.put(
        "IN_PAN",
        () ->
            dice.of(Dice.CAPITALS, 3)
                + "P"
                + dice.of(Dice.CAPITALS, 1)
                + dice.digits(4)
                + dice.of(Dice.CAPITALS, 1));
    values.put(
        "AU_MEDICARE",
        () -> {
          String digits = dice.of("23456", 1) + dice.digits(7);
          String all = digits + sum(digits, 1, 3, 7, 9, 1, 3, 7, 9) % 10 + "1";
          return dice.one(all, Dice.grouped(all, " ", 4, 5, 1));
        });
  }

  private void documents(Map<String, Supplier<String>> values) {
    values.put("PASSPORT", () -> dice.one("", "C", "PA", "X") + dice.digits(7));
    values.put("DRIVER_LICENCE", () -> dice.of(Dice.CAPITALS, 1) + dice.digits(12));
    values.put(
        "DATE_OF_BIRTH",
        () ->
            dice.one(
                "19" + year() + "-" + month() + "-" + day(),
                day() + "/" + month() + "/19" + year(),
                day() + "." + month() + ".19" + year(),
                dice.between(1, 28) + dice.one(" May ", " October ", " Mar ") + "19" + year()));
    values.put("DATE_OF_BIRTH.plain", () -> "19" + year() + month() + day());
  }

  private String year() {
    return String.valueOf(dice.between(52, 99));
  }

  private String month() {
    return two(dice.between(1, 12));
  }

  private String day() {
    return two(dice.between(1, 28));
  }

  private static String two(int number) {
    return (number < 10 ? "0" : "") + number;
  }

  private static String luhn(String body) {
    int sum = 0;
    for (int i = 0; i < body.length(); i++) {
      int twice = (body.charAt(body.length() - 1 - i) - '0') * (i % 2 == 0 ? 2 : 1);
      sum += twice > 9 ? twice - 9 : twice;
    }
    return body + (10 - sum % 10) % 10;
  }

  private static int sum(String digits, int... weights) {
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += (digits.charAt(i) - '0') * weights[i];
    }
    return sum;
  }
}
