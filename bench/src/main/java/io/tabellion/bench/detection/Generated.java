package io.tabellion.bench.detection;

import io.tabellion.bench.detection.Labelled.Span;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A labelled set made from a seed: values of many countries and formats in sentences, forms, logs
 * and configuration, beside values that look like them and are none. Shares no code with the
 * detectors.
 */
final class Generated {
  private static final int ROUNDS = 60;
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String ALNUM = LETTERS + "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final String[] NAMES = {
    "anna", "j.smith", "li-wei", "maria_s", "o.haddad", "tom+x", "k8r"
  };
  private static final String[] HOSTS = {
    "example.org", "mail.example.co.uk", "firma.example", "correo.example.es"
  };

  private final Random random;
  private final List<Labelled> all = new ArrayList<>();

  private Generated(long seed) {
    this.random = new Random(seed);
  }

  static List<Labelled> set(long seed) {
    Generated generated = new Generated(seed);
    for (int i = 0; i < ROUNDS; i++) {
      generated.round();
    }
    return generated.all;
  }

  private void round() {
    many(
        "CREDIT_CARD",
        this::card,
        "Bitte belasten Sie die Karte %s.",
        "cc=%s&cvv=123",
        "%s",
        "paid with %s yesterday",
        "{\"pan\":\"%s\"}",
        "id;%s;12/29");
    many(
        "IBAN",
        this::iban,
        "IBAN: %s",
        "Überweisung auf %s bitte",
        "{\"account\":\"%s\"}",
        "%s",
        "to %s, 120 EUR");
    many(
        "EMAIL",
        this::email,
        "Contact: %s",
        "<%s>",
        "{\"email\":\"%s\"}",
        "%s schrieb:",
        "cc %s;",
        "mailto:%s?subject=x");
    many(
        "PHONE",
        this::phone,
        "Phone: %s",
        "Call me at %s tomorrow",
        "Tel. %s",
        "{\"mobile\":\"%s\"}",
        "fax %s",
        "WhatsApp: %s");
    many(
        "PHONE",
        this::internationalPhone,
        "%s",
        "she left %s on the pad",
        "| %s |",
        "{\"n\":\"%s\"}");
    many(
        "US_SSN",
        this::ssn,
        "SSN %s",
        "social security number: %s",
        "{\"ssn\":\"%s\"}",
        "his number is %s",
        "%s");
    many(
        "IP_ADDRESS",
        this::ip,
        "from %s port 22",
        "client=%s",
        "%s - - [24/Nov/2026]",
        "{\"ip\":\"%s\"}",
        "Host %s is down");
    many("BR_CPF", this::cpf, "CPF %s", "%s", "{\"cpf\":\"%s\"}");
    many("US_ITIN", () -> "9" + digits(2) + "-7" + digits(1) + "-" + digits(4), "ITIN %s", "%s");
    many("MAC_ADDRESS", this::mac, "ether %s", "{\"mac\":\"%s\"}");
    many(
        "AWS_ACCESS_KEY",
        () -> "AKIA" + pick(LETTERS + "234567", 16),
        "aws_access_key_id = %s",
        "\"%s\"");
    many(
        "GITHUB_TOKEN",
        () -> "ghp_" + pick(ALNUM, 36),
        "GITHUB_TOKEN=%s",
        "git clone with %s",
        "{\"t\":\"%s\"}");
    many(
        "SLACK_TOKEN",
        () ->
            "xoxb-" + digit19() + digits(11) + "-" + digit19() + digits(11) + "-" + pick(ALNUM, 24),
        "slack: %s",
        "%s");
    many(
        "GENERIC_SECRET",
        () -> pick(ALNUM, 24) + digits(2),
        "api_key: %s",
        "client_secret = \"%s\"",
        "\"token\": \"%s\"",
        "export APP_SECRET=%s");
    many(
        "GENERIC_SECRET",
        () -> pick(LETTERS, 1) + "orsesaddle" + digits(2) + "!",
        "password: %s",
        "DB_PASSWORD='%s'",
        "\"passwd\": \"%s\"");
    many(
        "CONNECTION_STRING",
        () -> "postgresql://app:" + pick(ALNUM, 14) + "@db.example.org/app",
        "DATABASE_URL=%s",
        "url: %s");
    many("JWT", this::jwt, "Authorization: Bearer %s", "token %s");
    none("order %s shipped", () -> digits(12));
    none("Order no. %s", () -> "4" + digits(14) + "x");
    none("trace %s", this::uuid);
    none("commit %s", () -> hex(20));
    none("v%s released", () -> digits(1) + "." + digits(2) + "." + digits(1) + "." + digits(2));
    none(
        "at %s",
        () ->
            "2026-1"
                + random.nextInt(3)
                + "-1"
                + digits(1)
                + "T10:"
                + "0"
                + digits(1)
                + ":00.123Z");
    none("took %s ms", () -> digits(7));
    none("{\"size\":%s,\"offset\":0}", () -> "1" + digits(9));
    none("sha512-%s", () -> Base64.getEncoder().encodeToString(bytes(64)));
    none("isbn 978-%s", () -> "3-16-14" + digits(4) + "-" + digits(1));
    none("card %s was refused as invalid", () -> spoil(card()));
    none("IBAN %s is wrong", () -> spoil(iban()));
    none("lat 52.%s, lon 13.4", () -> digits(7));
    none("password: %s", () -> "string");
    none("token = %s()", () -> "next" + pick(LETTERS, 6) + "Token");
    none("rows %s", () -> digit19() + digits(3) + "-" + digit19() + digits(3));
  }

  private void many(String type, Supplier<String> values, String... frames) {
    for (String frame : frames) {
      String value = values.get();
      int start = frame.indexOf("%s");
      String text = frame.replace("%s", value);
      all.add(new Labelled(text, List.of(new Span(type, start, start + value.length()))));
    }
  }

  private void none(String frame, Supplier<String> values) {
    all.add(new Labelled(frame.replace("%s", values.get()), List.of()));
  }

  private String pick(String set, int count) {
    StringBuilder picked = new StringBuilder();
    for (int i = 0; i < count; i++) {
      picked.append(set.charAt(random.nextInt(set.length())));
    }
    return picked.toString();
  }

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String digits(int count) {
    return pick("0123456789", count);
  }

  private String digit19() {
    return pick("123456789", 1);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private String hex(int bytes) {
    return HexFormat.of().formatHex(bytes(bytes));
  }

  private String uuid() {
    return hex(4)
        + "-"
        + hex(2)
        + "-4"
        + hex(2).substring(1)
        + "-a"
        + hex(2).substring(1)
        + "-"
        + hex(6);
  }

  private String card() {
    String body =
        switch (random.nextInt(6)) {
          case 0 -> "4" + digits(14);
          case 1 -> "5" + (1 + random.nextInt(5)) + digits(13);
          case 2 -> "37" + digits(12);
          case 3 -> "6011" + digits(11);
          case 4 -> "2" + (300 + random.nextInt(400)) + digits(11);
          default -> "3530" + digits(11);
        };
    String number = body + luhn(body);
    if (number.length() == 15) {
      return one(
          number,
          number.substring(0, 4) + " " + number.substring(4, 10) + " " + number.substring(10));
    }
    String separator = one("", " ", "-");
    return String.join(
        separator,
        number.substring(0, 4),
        number.substring(4, 8),
        number.substring(8, 12),
        number.substring(12));
  }

  private static int luhn(String body) {
    int sum = 0;
    for (int i = 0; i < body.length(); i++) {
      int digit = body.charAt(body.length() - 1 - i) - '0';
      sum += i % 2 == 1 ? digit : digit * 2 / 10 + digit * 2 % 10;
    }
    return (10 - sum % 10) % 10;
  }

  private String iban() {
    String bban =
        switch (random.nextInt(7)) {
          case 0 -> "DE" + digits(18);
          case 1 -> "NL" + pick(LETTERS, 4) + digits(10);
          case 2 -> "ES" + digits(20);
          case 3 -> "FR" + digits(10) + pick(LETTERS + "0123456789", 11) + digits(2);
          case 4 -> "CH" + digits(17);
          case 5 -> "PL" + digits(24);
          default -> "NO" + digits(11);
        };
    String country = bban.substring(0, 2);
    String body = bban.substring(2);
    StringBuilder number = new StringBuilder();
    for (char c : (body + country + "00").toCharArray()) {
      number.append(Character.digit(c, 36));
    }
    int check = 98 - new BigInteger(number.toString()).mod(BigInteger.valueOf(97)).intValue();
    String iban = country + (check < 10 ? "0" : "") + check + body;
    return random.nextBoolean() ? iban : iban.replaceAll("(.{4})(?=.)", "$1 ");
  }

  private String email() {
    return one(NAMES) + random.nextInt(100) + "@" + one(HOSTS);
  }

  private String phone() {
    return switch (random.nextInt(10)) {
      case 0 -> "(" + digit29() + digits(2) + ") " + digit29() + digits(2) + "-" + digits(4);
      case 1 -> digit29() + digits(2) + "-" + digit29() + digits(2) + "-" + digits(4);
      case 2 -> "020 " + digit19() + digits(3) + " " + digits(4);
      case 3 -> "0" + digit19() + digits(1) + "/" + digit19() + digits(6);
      case 4 ->
          "0" + digit19() + " " + digits(2) + " " + digits(2) + " " + digits(2) + " " + digits(2);
      case 5 -> digit19() + digits(4) + " " + digits(5);
      case 6 -> "6" + digits(2) + " " + digits(3) + " " + digits(3);
      case 7 ->
          digit29() + digits(2) + "." + digit29() + digits(2) + "." + digits(4) + " ext "
              + digits(3);
      case 8 -> "0" + digits(1) + digit19() + "-" + digit19() + digits(3) + "-" + digits(4);
      default -> digit29() + digits(2) + digit29() + digits(6);
    };
  }

  private String digit29() {
    return pick("23456789", 1);
  }

  private String internationalPhone() {
    return switch (random.nextInt(6)) {
      case 0 -> "+44 7911 1" + digits(5);
      case 1 -> "+49 30 " + digit19() + digits(6);
      case 2 -> "+1 212-" + digit29() + digits(2) + "-" + digits(4);
      case 3 -> "+91 98" + digits(3) + " " + digits(5);
      case 4 -> "+33 6 " + digits(2) + " " + digits(2) + " " + digits(2) + " " + digits(2);
      default -> "+86138" + digits(8);
    };
  }

  private String ssn() {
    return (100 + random.nextInt(500))
        + "-"
        + (10 + random.nextInt(89))
        + "-"
        + (1000 + random.nextInt(8999));
  }

  private String ip() {
    return switch (random.nextInt(4)) {
      case 0 ->
          "2001:db8:"
              + hex(2).replaceAll("^0+(?=.)", "")
              + "::"
              + Integer.toHexString(1 + random.nextInt(0xfffe));
      case 1 -> "10." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
      default ->
          (11 + random.nextInt(100))
              + "."
              + random.nextInt(256)
              + "."
              + random.nextInt(256)
              + "."
              + random.nextInt(256);
    };
  }

  private String cpf() {
    String d = digits(9);
    d += check(d, 10);
    d += check(d, 11);
    return d.substring(0, 3)
        + "."
        + d.substring(3, 6)
        + "."
        + d.substring(6, 9)
        + "-"
        + d.substring(9);
  }

  private static int check(String digits, int first) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      sum += (digits.charAt(i) - '0') * (first - i);
    }
    int rest = sum * 10 % 11;
    return rest == 10 ? 0 : rest;
  }

  private String mac() {
    return HexFormat.ofDelimiter(one(":", "-")).formatHex(bytes(6));
  }

  private String jwt() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String header =
        base64.encodeToString("{\"alg\":\"RS256\",\"kid\":\"a\"}".getBytes(StandardCharsets.UTF_8));
    return header + "." + base64.encodeToString(bytes(60)) + "." + base64.encodeToString(bytes(32));
  }

  /** Changes the last digit, so that no checksum holds. */
  private static String spoil(String value) {
    char last = value.charAt(value.length() - 1);
    return value.substring(0, value.length() - 1) + (last == '9' ? '0' : (char) (last + 1));
  }
}
