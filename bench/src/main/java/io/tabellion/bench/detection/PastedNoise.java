package io.tabellion.bench.detection;

import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Values beside them that are nothing to be found: ids, references, versions, digests, places. */
final class PastedNoise {
  private static final String UPPER = Dice.CAPITALS + "0123456789";

  private final Dice dice;

  PastedNoise(Random random) {
    this.dice = new Dice(random);
  }

  void addTo(Map<String, Supplier<String>> values) {
    for (int i = 1; i <= 22; i++) {
      int length = i;
      values.put("d" + i, () -> number(length));
    }
    for (int i : new int[] {4, 6, 8, 12, 16, 20, 32}) {
      values.put("hex" + i, () -> dice.hex(i));
    }
    for (int i : new int[] {3, 5, 8, 14, 16, 20, 24}) {
      values.put("id" + i, () -> dice.of(Dice.ALNUM, i));
    }
    values.put("pod", () -> dice.of("bcdfghjklmnpqrstvwxz2456789", 5));
    values.put("uuid", () -> UUID.nameUUIDFromBytes(dice.bytes(16)).toString());
    values.put("upper", () -> dice.of(UPPER, 9));
    values.put("seconds", () -> "17" + dice.digits(8));
    values.put("clock", () -> two(23) + ":" + two(59) + ":" + two(59));
    values.put("date", () -> "2026-" + oneTo(12) + "-" + oneTo(28));
    values.put(
        "stamp",
        () ->
            "2026-" + oneTo(12) + "-" + oneTo(28) + "T" + two(23) + ":" + two(59) + ":" + two(59)
                + "Z");
    values.put("version", () -> dice.between(0, 30) + "." + two(40) + "." + dice.between(0, 20));
    values.put("money", () -> number(dice.between(1, 4)) + "." + dice.digits(2));
    values.put("degrees", () -> dice.one("-", "") + number(2) + "." + dice.digits(6));
    values.put("isbn", this::isbn);
    values.put("imei", () -> "35" + dice.digits(13));
    values.put("base64", () -> Base64.getEncoder().encodeToString(dice.bytes(48)));
    values.put("sri", () -> Base64.getEncoder().encodeToString(dice.bytes(64)));
    values.put("app", () -> dice.one("checkout", "ingest", "gateway", "mailer", "ledger-api"));
  }

  private String number(int digits) {
    return dice.of("123456789", 1) + dice.digits(digits - 1);
  }

  private String two(int most) {
    return String.format(Locale.ROOT, "%02d", dice.between(0, most));
  }

  private String oneTo(int most) {
    return String.format(Locale.ROOT, "%02d", dice.between(1, most));
  }

  private String isbn() {
    String body = "978" + dice.digits(9);
    int sum = 0;
    for (int i = 0; i < body.length(); i++) {
      sum += (body.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3);
    }
    String all = body + (10 - sum % 10) % 10;
    return dice.one(all, Dice.filled("###-#-####-####-#", all));
  }
}
