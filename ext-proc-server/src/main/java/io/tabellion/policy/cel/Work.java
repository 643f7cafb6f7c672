package io.tabellion.policy.cel;

import java.util.Locale;

/**
 * What is counted while a condition is evaluated, and how much of it one condition and all
 * conditions of one message may use. The counts depend on the policy and the message only, never on
 * how fast or busy the machine is.
 */
enum Work {
  /** Values that are read and functions that are called. */
  STEPS("steps", 1_000_000, 4_000_000),
  /** Characters of texts, and bytes, that are compared, searched or converted. */
  CHARACTERS("characters looked at", 64L << 20, 256L << 20),
  /** Instructions of a pattern times characters of the text that it is matched on. */
  PATTERNS("pattern instructions times characters", 64L << 20, 256L << 20),
  /** Characters, bytes and list items that are made. */
  MADE("characters made", 16L << 20, 16L << 20);

  private final String text;
  private final long ofCondition;
  private final long ofMessage;

  Work(String text, long ofCondition, long ofMessage) {
    this.text = text;
    this.ofCondition = ofCondition;
    this.ofMessage = ofMessage;
  }

  /** How much one condition may use. */
  long ofCondition() {
    return ofCondition;
  }

  /** How much all conditions of a message may use. */
  long ofMessage() {
    return ofMessage;
  }

  /** Says that a condition would have used too much. */
  String overCondition(long used) {
    return over(used, ofCondition, "one condition");
  }

  /** Says that the conditions of a message would have used too much. */
  String overMessage(long used) {
    return over(used, ofMessage, "all conditions of a message");
  }

  private String over(long used, long limit, String of) {
    return String.format(Locale.ROOT, "%,d %s, limit %,d for %s", used, text, limit, of);
  }
}
