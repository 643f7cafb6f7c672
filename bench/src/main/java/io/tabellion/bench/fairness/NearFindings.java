package io.tabellion.bench.fairness;

import java.util.Random;
import java.util.random.RandomGenerator;

/** Text in which every word wakes a detector and hardly one is a finding: what costs the most. */
final class NearFindings {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private NearFindings() {}

  /** Returns so many characters of it; each seed gives another text. */
  static String text(int length, long seed) {
    RandomGenerator random = new Random(seed);
    StringBuilder text = new StringBuilder(length + 128);
    while (text.length() < length) {
      switch (random.nextInt(10)) {
        case 0 -> text.append("card ").append(digits(random, 16));
        case 1 -> text.append("iban DE").append(digits(random, 20));
        case 2 -> text.append("phone +49 ").append(digits(random, 4)).append('-');
        case 3 -> text.append("token ghp_").append(letters(random, 20));
        case 4 -> text.append("password is ").append(letters(random, 4));
        case 5 -> text.append("ssn ").append(digits(random, 3)).append("-00-");
        case 6 -> text.append(letters(random, 6)).append("@").append(letters(random, 5));
        case 7 -> text.append("api_key=").append(letters(random, 12));
        case 8 -> text.append("eyJ").append(letters(random, 24)).append('.');
        default -> text.append("passport ").append(letters(random, 2)).append(digits(random, 7));
      }
      text.append(' ');
    }
    text.setLength(length);
    return text.toString();
  }

  private static String digits(RandomGenerator random, int count) {
    return some(random, count, "0123456789");
  }

  private static String letters(RandomGenerator random, int count) {
    return some(random, count, LETTERS);
  }

  private static String some(RandomGenerator random, int count, String signs) {
    StringBuilder some = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      some.append(signs.charAt(random.nextInt(signs.length())));
    }
    return some.toString();
  }
}
