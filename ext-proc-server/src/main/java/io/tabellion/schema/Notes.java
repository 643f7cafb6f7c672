package io.tabellion.schema;

import dev.harrel.jsonschema.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Keywords of a schema that are not checked, each with its place, such as {@code pattern at
 * /properties/name/pattern}.
 *
 * <p>Thread-safe.
 */
final class Notes {
  private static final int MOST = 20;

  private final Set<String> notes = new ConcurrentSkipListSet<>();

  void add(String keyword, JsonNode value) {
    add(keyword + " at " + value.getJsonPointer());
  }

  void add(String note) {
    if (notes.size() < MOST) {
      notes.add(note);
    }
  }

  List<String> all() {
    return List.copyOf(notes);
  }
}
