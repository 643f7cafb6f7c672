package io.tabellion.policy;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * The URI of a resource in the forms that a server could take it for: as it came, and with escapes
 * decoded, back slashes turned and dot segments gone over (RFC 3986 §6.2.2). A rule that lets pass
 * must match every form, a rule that refuses only one: {@code file:///pub/../etc/passwd} is not let
 * pass by {@code file:///pub/*}.
 *
 * @param forms one or two, as it came first
 */
record ResourceName(List<String> forms) {
  /** How often escapes of escapes are decoded. */
  private static final int ROUNDS = 3;

  ResourceName {
    forms = List.copyOf(forms);
  }

  static ResourceName of(String uri) {
    String plain = plain(uri);
    return new ResourceName(plain.equals(uri) ? List.of(uri) : List.of(uri, plain));
  }

  private static String plain(String uri) {
    String decoded = uri;
    for (int i = 0; i < ROUNDS; i++) {
      decoded = decode(decoded);
    }
    String path = decoded.replace('\\', '/');
    int colon = path.indexOf("://");
    if (colon < 0) {
      return walked(path);
    }
    int slash = path.indexOf('/', colon + 3);
    int authority = slash < 0 ? path.length() : slash;
    return path.substring(0, authority).toLowerCase(Locale.ROOT)
        + walked(path.substring(authority));
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEscaped) {
      return text;
    }
  }

  private static String walked(String path) {
    if (!path.contains("/.") && !path.startsWith(".")) {
      return path;
    }
    Deque<String> left = new ArrayDeque<>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        if (left.size() > 1) {
          left.removeLast();
        }
      } else if (!segment.equals(".")) {
        left.addLast(segment);
      }
    }
    return String.join("/", left);
  }
}
