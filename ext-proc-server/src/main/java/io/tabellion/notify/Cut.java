package io.tabellion.notify;

/** Texts of others within limits of length. */
final class Cut {
  private Cut() {}

  /** The text, or so many UTF-16 units of it, the last an ellipsis; never half a character. */
  static String to(int most, String text) {
    if (text.length() <= most) {
      return text;
    }
    int end = most - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
