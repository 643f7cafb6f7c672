package io.tabellion.bench.detection;

import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Values that are nothing to be found. */
final class OtherNoise {
  private final Dice dice;

  OtherNoise(Random random) {
    this.dice = new Dice(random);
  }

  void addTo(Map<String, Supplier<String>> values) {
    for (int i = 1; i <= 18; i++) {
      int length = i;
      values.put("n" + i, () -> number(length));
    }
    for (int i : new int[] {3, 4, 8, 16, 20, 32}) {
      values.put("hex" + i, () -> dice.hex(i));
    }
    values.put("n", () -> number(dice.between(1, 6)));
    values.put("ticket", () -> dice.one("#", "INC00", "SUP-") + number(dice.between(5, 8)));
    values.put("amount", () -> number(dice.between(1, 4)) + "." + dice.digits(2));
    values.put("port", () -> String.valueOf(dice.between(1024, 65_535)));
    values.put("time", () -> Instant.ofEpochMilli(millis()).toString());
    values.put("millis", () -> String.valueOf(millis()));
    values.put("nanos", () -> millis() + dice.digits(6));
    values.put("uuid", () -> UUID.nameUUIDFromBytes(dice.bytes(16)).toString());
    values.put("v3", () -> number(1) + "." + number(2) + "." + number(1));
    values.put("v4", () -> number(1) + "." + number(1) + "." + number(3) + "." + number(4));
    values.put("lat", () -> dice.one("", "-") + number(2) + "." + number(dice.between(5, 8)));
    values.put("lon", () -> dice.one("", "-") + number(3) + "." + number(dice.between(5, 14)));
    values.put("word", () -> dice.one("billing", "orders", "frontend", "ledger", "search"));
    values.put("base64", () -> Base64.getEncoder().encodeToString(dice.bytes(64)));
  }

  private String number(int digits) {
    return dice.of("123456789", 1) + dice.digits(digits - 1);
  }

  private long millis() {
    return 1_700_000_000_000L + dice.between(0, 900_000_000) * 100L;
  }
}
