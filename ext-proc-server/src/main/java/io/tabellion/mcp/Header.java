package io.tabellion.mcp;

import java.util.Locale;

/**
 * One HTTP header field.
 *
 * @param name lower-cased
 * @param value as it came, without the white space around it (RFC 9110 §5.5)
 */
public record Header(String name, String value) {
  public Header {
    name = name.toLowerCase(Locale.ROOT);
    value = trim(value);
  }

  private static String trim(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isSpace(value.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
