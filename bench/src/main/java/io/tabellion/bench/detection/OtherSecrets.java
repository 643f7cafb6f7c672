package io.tabellion.bench.detection;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Secrets as people and machines make them. */
final class OtherSecrets {
  private static final String[] WORDS = {
    "sunflower", "dragon", "Liverpool", "princess", "monkey", "banana", "Sommer", "matrix",
    "purple", "tiger", "coffee", "winter", "Shadow", "rocket", "guitar", "pepper"
  };

  private final Dice dice;

  OtherSecrets(Random random) {
    this.dice = new Dice(random);
  }

  void addTo(Map<String, Supplier<String>> values) {
    values.put("GENERIC_SECRET", this::password);
    values.put("COMMAND_PASSWORD", this::password);
    values.put("GENERIC_SECRET_WORD", () -> dice.one(WORDS) + dice.one("", dice.one(WORDS)));
    values.put(
        "GENERIC_SECRET_PHRASE",
        () -> dice.one(WORDS) + " " + dice.one(WORDS) + " " + dice.one(WORDS));
    values.put("GENERIC_SECRET_KEY", this::key);
    values.put("CONNECTION_STRING", this::plain);
    values.put("URL_CREDENTIALS", this::plain);
    values.put("BASIC_AUTH_PLAIN", this::plain);
    values.put(
        "BASIC_AUTH",
        () ->
            Base64.getEncoder()
                .encodeToString(("svc:" + password()).getBytes(StandardCharsets.UTF_8)));
    values.put("BEARER_TOKEN", () -> dice.of(Dice.ALNUM + "-_", dice.between(30, 60)) + "7");
    values.put("AWS_ACCESS_KEY", () -> "AKIA" + dice.of(Dice.CAPITALS + "234567", 16));
    values.put("AWS_SECRET_KEY", () -> dice.of(Dice.ALNUM + "+/", 39) + "4");
    values.put("GITHUB_TOKEN", () -> "ghp_" + dice.of(Dice.ALNUM, 36));
  }

  private String password() {
    return switch (dice.between(0, 4)) {
      case 0 -> dice.one(WORDS) + dice.digits(4);
      case 1 -> dice.of(Dice.ALNUM, dice.between(9, 20)) + "3";
      case 2 -> dice.one(WORDS) + dice.one("!", "#", "_", "-", ".") + dice.digits(2);
      case 3 -> dice.of(Dice.ALNUM, 4) + "!" + dice.of(Dice.ALNUM, 4) + "%" + dice.digits(2);
      default -> dice.one("Tr0ub4dor", "P4ssw0rd", "W1nt3r", "s3cr3t") + dice.digits(3);
    };
  }

  private String plain() {
    return dice.one(dice.of(Dice.ALNUM, 14) + "5", dice.one(WORDS) + dice.digits(3));
  }

  private String key() {
    return switch (dice.between(0, 2)) {
      case 0 -> dice.hex(16);
      case 1 -> dice.of(Dice.ALNUM, dice.between(20, 48)) + "9";
      default -> dice.of(Dice.ALNUM + "-_", 32) + "A1";
    };
  }
}
