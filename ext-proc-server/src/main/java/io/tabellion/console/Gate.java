package io.tabellion.console;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are answered at all: those that name an address of ours, so that no page of others
 * can have a name of theirs point here (DNS rebinding), and that come over https or from this very
 * machine. What changes something must come from a page of ours (CSRF): by {@code Sec-Fetch-Site}
 * where the browser sends it (Fetch Metadata, W3C), else by {@code Origin} (RFC 6454 §7).
 *
 * <p>Immutable and thread-safe.
 */
final class Gate {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");

  private final @Nullable URI publicUrl;

  /**
   * @param publicUrl of https; null if there is none
   */
  Gate(@Nullable URI publicUrl) {
    this.publicUrl = publicUrl;
  }

  /**
   * An address of ours that a request came to.
   *
   * @param origin as browsers name it, e.g. {@code https://tabellion.example.com}
   * @param https whether the browser speaks https
   */
  record Place(String origin, boolean https) {}

  /**
   * Returns where the request came to; empty if it is not answered.
   *
   * @param hosts the values of its Host header
   * @param local whether it came from this machine
   */
  Optional<Place> place(@Nullable List<String> hosts, boolean local) {
    if (hosts == null || hosts.size() != 1) {
      return Optional.empty();
    }
    String host = hosts.getFirst().toLowerCase(Locale.ROOT);
    if (publicUrl != null && host.equals(authority(publicUrl))) {
      return Optional.of(new Place("https://" + host, true));
    }
    return local && LOOPBACK.matcher(host).matches()
        ? Optional.of(new Place("http://" + host, false))
        : Optional.empty();
  }

  private static String authority(URI url) {
    return url.getAuthority().toLowerCase(Locale.ROOT);
  }

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
