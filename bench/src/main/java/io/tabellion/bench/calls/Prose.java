package io.tabellion.bench.calls;

import java.util.Random;

/**
 * Long texts of plain words and numbers, in ASCII without quotes. No two of a run are the same.
 * They are cut from one text that is made once, so that they cost the clients little.
 */
final class Prose {
  /** Longest text, characters. */
  private static final int LONGEST = 64 << 10;

  private static final long SEED = 20_261_130;

  private static final String[] WORDS = {
    "order",
    "customer",
    "delivery",
    "invoice",
    "the",
    "of",
    "and",
    "to",
    "was",
    "is",
    "on",
    "for",
    "morning",
    "shipment",
    "warehouse",
    "returned",
    "confirmed",
    "by",
    "phone",
    "after",
    "third",
    "reminder",
    "packed",
    "leaves",
    "with",
    "next",
    "transport",
    "north",
    "harbour",
    "pallet",
    "weight",
    "kilograms",
    "quality",
    "checked",
    "signed",
    "driver",
    "account",
    "manager",
    "asked"
  };

  private static final String ALL = all();

  private Prose() {}

  private static String all() {
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder();
    while (text.length() < 2 * LONGEST) {
      text.append(
          random.nextInt(12) == 0
              ? String.valueOf(random.nextInt(10_000))
              : WORDS[random.nextInt(WORDS.length)]);
      text.append(random.nextInt(10) == 0 ? ". " : " ");
    }
    return text.toString();
  }

  /**
   * Returns the text with this id.
   *
   * @param length characters, 20 to 65,536
   */
  static String of(long id, int length) {
    String number = "%014d: ".formatted(id);
    int from = Math.floorMod(id * 31, LONGEST);
    return number + ALL.substring(from, from + length - number.length());
  }
}
