package io.tabellion.console;

import io.tabellion.http.Places.Place;
import java.time.Duration;

/**
 * The cookie that stands for a session (RFC 6265 §4.1). Over https its name makes browsers see to
 * it that no other host or path can set it ({@code __Host-}); on this machine browsers do not take
 * such names over http.
 */
final class Cookies {
  private static final String ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Strict";

  private Cookies() {}

  static String name(Place place) {
    return place.https() ? "__Host-tabellion" : "tabellion";
  }

  /** Returns a {@code Set-Cookie}. It ends with the browser at the latest. */
  static String begin(Place place, String value) {
    return name(place) + "=" + value + ATTRIBUTES + (place.https() ? "; Secure" : "");
  }

  /**
   * The name of the cookie of a sign-in that is under way at an identity provider; only over https.
   */
  static final String UNDER_WAY = "__Host-tabellion-sign-in";

  /**
   * Returns a {@code Set-Cookie} for it. The identity provider sends the browser back, so it must
   * come along from another site ({@code Lax}), by GET of a page only.
   */
  static String beginUnderWay(String value, Duration lasts) {
    return UNDER_WAY
        + "="
        + value
        + "; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age="
        + lasts.toSeconds();
  }

  static String endUnderWay() {
    return beginUnderWay("", Duration.ZERO);
  }

  static String end(Place place) {
    return begin(place, "") + "; Max-Age=0";
  }
}
