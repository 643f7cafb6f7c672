package io.tabellion.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Parameters of a header field (RFC 9110 §5.6.6): parts between separators, quoted or not. */
final class Parameters {
  private Parameters() {}

  /** Returns what stands between the separators outside of quotes; at least one, may be empty. */
  static List<String> split(String value, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(value.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(value.substring(Math.min(start, value.length())));
    return parts;
  }

  /**
   * Returns the value of a parameter of this name in lower case, unquoted; empty for another.
   * Single quotes are no quotes of RFC 9110, but some servers write them.
   */
  static Optional<String> valueOf(String parameter, String name) {
    int equals = parameter.indexOf('=');
    if (equals < 0 || !parameter.substring(0, equals).strip().equalsIgnoreCase(name)) {
      return Optional.empty();
    }
    String value = parameter.substring(equals + 1).strip();
    boolean marks = value.length() > 1 && value.charAt(0) == value.charAt(value.length() - 1);
    boolean quoted = marks && (value.startsWith("\"") || value.startsWith("'"));
    String plain =
        quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    return Optional.of(plain.strip().toLowerCase(Locale.ROOT));
  }
}
