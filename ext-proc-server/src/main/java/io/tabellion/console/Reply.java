package io.tabellion.console;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer to a browser.
 *
 * <p>Immutable and thread-safe.
 *
 * @param headers beside those that every answer has
 */
record Reply(int status, String type, ByteString body, Map<String, List<String>> headers) {
  Reply {
    headers = Map.copyOf(headers);
  }

  static Reply html(int status, String text) {
    return new Reply(status, "text/html; charset=utf-8", ByteString.copyFromUtf8(text), Map.of());
  }

  static Reply text(int status, String text) {
    return new Reply(
        status, "text/plain; charset=utf-8", ByteString.copyFromUtf8(text + "\n"), Map.of());
  }

  /** After something was changed: the browser gets another page by GET (RFC 9110 §15.4.4). */
  static Reply seeOther(String path) {
    return text(303, "See " + path).with("location", path);
  }

  /** The same with one header more of a name that may come more than once. */
  Reply and(String name, String value) {
    List<String> values = new ArrayList<>(headers.getOrDefault(name, List.of()));
    values.add(value);
    var all = new HashMap<>(headers);
    all.put(name, List.copyOf(values));
    return new Reply(status, type, body, all);
  }

  Reply with(String name, String value) {
    var all = new HashMap<>(headers);
    all.put(name, List.of(value));
    return new Reply(status, type, body, all);
  }
}
