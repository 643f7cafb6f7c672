package io.tabellion.console;

import io.tabellion.http.Places.Place;
import org.jspecify.annotations.Nullable;

/**
 * What changes something must come from a page of ours (CSRF): by {@code Sec-Fetch-Site} where the
 * browser sends it (Fetch Metadata, W3C), else by {@code Origin} (RFC 6454 §7).
 */
final class Gate {
  private Gate() {}

  /**
   * Whether a request that changes something comes from a page of ours.
   *
   * @param site its {@code Sec-Fetch-Site}; null if it has none
   * @param origin its {@code Origin}; null if it has none. Browsers say {@code null} on forms of
   *     pages that send no referrer, as ours
   */
  static boolean isOurs(Place place, @Nullable String site, @Nullable String origin) {
    if (site != null) {
      return site.equals("same-origin")
          && (origin == null || origin.equals("null") || origin.equals(place.origin()));
    }
    return place.origin().equals(origin);
  }
}
