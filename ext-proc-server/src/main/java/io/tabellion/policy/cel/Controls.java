package io.tabellion.policy.cel;

import java.util.OptionalInt;

/**
 * Control characters that an escape made where nobody meant one: in double quotes YAML turns {@code
 * \b} into a backspace, and so do strings of CEL.
 */
public final class Controls {
  private Controls() {}

  /** Where the first control character stands that is neither a tab nor ends a line. */
  public static OptionalInt first(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r') {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Names the character, and what is written in the file. */
  public static String name(char c) {
    String code = "control character U+%04X".formatted((int) c);
    return c == '\b' ? code + ", which \\b was made into" : code;
  }

  /**
   * Refuses a pattern with one.
   *
   * @param what the setting, for the message
   * @throws IllegalArgumentException if there is one
   */
  public static void refuse(String what, String pattern) {
    first(pattern)
        .ifPresent(at -> {
          throw new IllegalArgumentException(
              "%s: %s (expected: none; write it in single quotes)"
                  .formatted(what, name(pattern.charAt(at))));
        });
  }
}
