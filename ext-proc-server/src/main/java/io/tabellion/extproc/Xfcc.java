package io.tabellion.extproc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code x-forwarded-client-cert} as Envoy writes it: elements with commas between them,
 * each of pairs {@code KEY=VALUE} with semicolons between them; values may stand in quotes, with
 * backslashes before quotes inside. The last element is of the proxy that spoke to us last. Pure.
 */
final class Xfcc {
  /** Its name. */
  static final String NAME = "x-forwarded-client-cert";

  private static final String URI = "uri";
  private static final String SPIFFE = "spiffe://";

  /** SPIFFE-ID §2.3. */
  private static final int LONGEST = 2_048;

  private final String text;
  private int at;

  private Xfcc(String text) {
    this.text = text;
  }

  /**
   * Returns the SPIFFE id of whoever opened the stream to our own sidecar, which verified it.
   *
   * @param values of the header, in order
   * @return null if the last element has not exactly one URI, which is a SPIFFE id, or if the
   *     header is malformed anywhere
   */
  static @Nullable String proxy(Iterable<String> values) {
    List<String> uris = new Xfcc(String.join(",", values)).lastUris();
    if (uris == null || uris.size() != 1) {
      return null;
    }
    String uri = uris.getFirst();
    return uri.startsWith(SPIFFE) && uri.length() > SPIFFE.length() && uri.length() <= LONGEST
        ? uri
        : null;
  }

  private @Nullable List<String> lastUris() {
    List<String> uris = new ArrayList<>();
    while (true) {
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        return null;
      }
      String key = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      at = equals + 1;
      String value = value();
      if (value == null || !key.matches("[a-z]+")) {
        return null;
      }
      if (key.equals(URI)) {
        uris.add(value);
      }
      if (at == text.length()) {
        return uris;
      }
      if (text.charAt(at++) == ',') {
        uris.clear();
      }
    }
  }

  /** Stops at the sign behind it, or the end; null if it is malformed. */
  private @Nullable String value() {
    return at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
  }

  private @Nullable String plain() {
    int from = at;
    while (at < text.length() && !isSign(text.charAt(at))) {
      if (text.charAt(at) == '"') {
        return null;
      }
      at++;
    }
    return text.substring(from, at);
  }

  private @Nullable String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return at == text.length() || isSign(text.charAt(at)) ? value.toString() : null;
      }
      if (c == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
    }
    return null;
  }

  private static boolean isSign(char c) {
    return c == ',' || c == ';';
  }
}
