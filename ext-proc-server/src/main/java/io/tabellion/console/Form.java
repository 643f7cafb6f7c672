package io.tabellion.console;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fields of a form or of a query, as browsers write them ({@code
 * application/x-www-form-urlencoded}, URL Standard §5).
 *
 * <p>Immutable and thread-safe.
 */
final class Form {
  static final Form EMPTY = new Form(Map.of());

  private final Map<String, List<String>> fields;

  private Form(Map<String, List<String>> fields) {
    this.fields = Map.copyOf(fields);
  }

  /** Reads it; what is not well written is left out. */
  static Form parse(String text) {
    Map<String, List<String>> fields = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        try {
          fields
              .computeIfAbsent(decoded(pair.substring(0, equals)), _ -> new ArrayList<>())
              .add(decoded(pair.substring(equals + 1)));
        } catch (IllegalArgumentException _) {
          // No browser writes that.
        }
      }
    }
    return new Form(fields);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** The first value of a field; empty if there is none. */
  String text(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? "" : values.getFirst();
  }

  List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }
}
