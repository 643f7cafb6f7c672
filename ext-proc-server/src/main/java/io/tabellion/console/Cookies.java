package io.tabellion.console;

/**
 * The cookie that stands for a session (RFC 6265 §4.1). Over https its name makes browsers see to
 * it that no other host or path can set it ({@code __Host-}); on this machine browsers do not take
 * such names over http.
 */
final class Cookies {
  private static final String ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Strict";

  private Cookies() {}

  static String name(Gate.Place place) {
    return place.https() ? "__Host-tabellion" : "tabellion";
  }

  /** Returns a {@code Set-Cookie}. It ends with the browser at the latest. */
  static String begin(Gate.Place place, String value) {
    return name(place) + "=" + value + ATTRIBUTES + (place.https() ? "; Secure" : "");
  }

  static String end(Gate.Place place) {
    return begin(place, "") + "; Max-Age=0";
  }
}
