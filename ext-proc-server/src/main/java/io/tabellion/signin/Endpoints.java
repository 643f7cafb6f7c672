package io.tabellion.signin;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Addresses of issuers: https, or http on a loopback address. */
final class Endpoints {
  private Endpoints() {}

  /** Reads an address. */
  static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(text + " (expected: https://HOST/…)", e);
    }
  }

  /**
   * Checks an address.
   *
   * @throws IllegalArgumentException if it may not be used
   */
  static void require(String name, URI uri) {
    if (!isFit(uri, true)) {
      throw new IllegalArgumentException(
          name + ": " + uri + " (expected: https://HOST/…, or http:// on a loopback address)");
    }
  }

  /**
   * Whether an address may be used.
   *
   * @param plain whether http on a loopback address is too
   */
  static boolean isFit(URI uri, boolean plain) {
    boolean form =
        uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null;
    return form
        && ("https".equals(uri.getScheme())
            || (plain && "http".equals(uri.getScheme()) && isLoopback(uri.getHost())));
  }

  private static boolean isLoopback(@Nullable String host) {
    return host != null
        && (host.equals("localhost")
            || host.equals("[::1]")
            || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}"));
  }
}
