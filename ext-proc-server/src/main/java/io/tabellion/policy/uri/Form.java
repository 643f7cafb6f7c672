package io.tabellion.policy.uri;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One spelling of a URI, cut at its first colon.
 *
 * @param scheme as it is written
 * @param rest all behind the colon
 */
record Form(String scheme, String rest) {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");
  private static final Set<String> SPECIAL = Set.of("http", "https", "ws", "wss", "ftp");

  /** Cuts a URI; null if it does not begin with a scheme. */
  static @Nullable Form of(String uri) {
    Matcher matcher = SCHEME.matcher(uri);
    return matcher.lookingAt() ? new Form(matcher.group(1), uri.substring(matcher.end())) : null;
  }

  Form with(String other) {
    return new Form(scheme, other);
  }

  /** Whether the URL Standard has rules of its own for the scheme, but for {@code file}. */
  boolean isSpecial() {
    return SPECIAL.contains(scheme.toLowerCase(Locale.ROOT));
  }

  boolean isFile() {
    return scheme.equalsIgnoreCase("file");
  }

  boolean hasAuthority() {
    return rest.startsWith("//");
  }

  /** What is between {@code //} and the path; empty if there is none. */
  String authority() {
    return hasAuthority() ? rest.substring(2, authorityEnd()) : "";
  }

  /** All behind the authority. */
  String afterAuthority() {
    return hasAuthority() ? rest.substring(authorityEnd()) : rest;
  }

  /** All behind the colon, and the slashes after it. */
  String bare() {
    int at = 0;
    while (at < rest.length() && rest.charAt(at) == '/') {
      at++;
    }
    return rest.substring(at);
  }

  private int authorityEnd() {
    return firstOf(rest, 2, "/?#");
  }

  /** Where the first of some characters is; the end if there is none. */
  static int firstOf(String text, int from, String characters) {
    int at = from;
    while (at < text.length() && characters.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  @Override
  public String toString() {
    return scheme + ":" + rest;
  }
}
