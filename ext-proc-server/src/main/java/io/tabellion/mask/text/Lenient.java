package io.tabellion.mask.text;

/** What readers of JSON that are not strict might take for JSON. */
public final class Lenient {
  private Lenient() {}

  /**
   * Whether a reader might take the text for an object, an array, or a string that holds one: white
   * space and comments before it, and what stands in an array that JSON does not know, are seen
   * through.
   */
  public static boolean isLikeJson(String text) {
    int at = skip(text, 0);
    if (at == text.length()) {
      return false;
    }
    return switch (text.charAt(at)) {
      case '{' -> true;
      case '[' -> beginsValue(text, skip(text, at + 1));
      case '"' -> isQuoted(text, at);
      default -> false;
    };
  }

  private static boolean isQuoted(String text, int at) {
    int next = skip(text, at + 1);
    return next < text.length()
        && (text.charAt(next) == '{' || text.charAt(next) == '[')
        && text.stripTrailing().endsWith("\"");
  }

  private static boolean beginsValue(String text, int at) {
    if (at == text.length()) {
      return false;
    }
    char c = text.charAt(at);
    if (c == '+' || c == '.') {
      return at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
    }
    return "\"'{[],-0123456789".indexOf(c) >= 0
        || text.startsWith("true", at)
        || text.startsWith("false", at)
        || text.startsWith("null", at)
        || text.startsWith("NaN", at)
        || text.startsWith("Infinity", at)
        || text.startsWith("+Infinity", at)
        || text.startsWith("undefined", at);
  }

  private static int skip(String text, int from) {
    int at = from;
    while (at < text.length()) {
      int end = isSpace(text.charAt(at)) ? at + 1 : commentEnd(text, at);
      if (end == at) {
        return at;
      }
      at = end;
    }
    return at;
  }

  private static boolean isSpace(char c) {
    return c <= ' '
        || Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.getType(c) == Character.FORMAT;
  }

  /** Where the comment that begins here ends; here if none does. */
  private static int commentEnd(String text, int at) {
    String closed = text.startsWith("/*", at) ? "*/" : text.startsWith("//", at) ? "\n" : "";
    int end = closed.isEmpty() ? at : text.indexOf(closed, at + 2);
    return end < 0 ? text.length() : end + closed.length();
  }
}
