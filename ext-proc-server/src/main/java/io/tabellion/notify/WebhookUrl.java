package io.tabellion.notify;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;

/** Addresses of webhooks. */
public final class WebhookUrl {
  private static final String EXPECTED = "https://HOST/PATH, or http:// to a loopback address";

  private WebhookUrl() {}

  /**
   * Reads one.
   *
   * @param key where it stands
   * @throws IllegalArgumentException if it is none; the message does not have the text, which may
   *     be secret
   */
  public static URI parse(String key, String text) {
    try {
      URI url = new URI(text.strip());
      boolean named = url.getHost() != null && url.getUserInfo() == null;
      boolean safe =
          "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && local(url));
      if (named && safe && url.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException _) {
      // Said below: its message has the text.
    }
    throw new IllegalArgumentException(key + ": not shown (expected: " + EXPECTED + ")");
  }

  private static boolean local(URI url) {
    String host = String.valueOf(url.getHost());
    try {
      return host.equals("localhost")
          || InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false; // a name
    }
  }
}
