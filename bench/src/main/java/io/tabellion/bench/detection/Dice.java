package io.tabellion.bench.detection;

import java.util.Random;

/** Random signs. Confined. */
record Dice(Random random) {
  static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static final String SMALL = "abcdefghijklmnopqrstuvwxyz";
  static final String ALNUM = CAPITALS + SMALL + "0123456789";

  String of(String set, int count) {
    StringBuilder picked = new StringBuilder();
    for (int i = 0; i < count; i++) {
      picked.append(set.charAt(random.nextInt(set.length())));
    }
    return picked.toString();
  }

  String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  String digits(int count) {
    return of("0123456789", count);
  }

  String hex(int bytes) {
    return of("0123456789abcdef", 2 * bytes);
  }

  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Replaces each # by a digit, N by one from 2 to 9. */
  String shaped(String shape) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < shape.length(); i++) {
      char c = shape.charAt(i);
      text.append(c == '#' ? digits(1) : c == 'N' ? of("23456789", 1) : String.valueOf(c));
    }
    return text.toString();
  }

  /** Replaces each # by the next of the signs. */
  static String filled(String shape, String signs) {
    StringBuilder text = new StringBuilder();
    int next = 0;
    for (int i = 0; i < shape.length(); i++) {
      char c = shape.charAt(i);
      text.append(c == '#' ? signs.charAt(next++) : c);
    }
    return text.toString();
  }

  /** Returns the value in groups of these sizes, again from the first where there are more. */
  static String grouped(String value, String separator, int... sizes) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (int i = 0; at < value.length(); i++) {
      int end = Math.min(value.length(), at + sizes[i % sizes.length]);
      text.append(at == 0 ? "" : separator).append(value, at, end);
      at = end;
    }
    return text.toString();
  }
}
