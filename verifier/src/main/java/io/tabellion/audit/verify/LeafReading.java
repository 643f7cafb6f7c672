package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A leaf as it reads (docs/audit-format.md §4): members by name, in their order; text as {@link
 * String}, integers as {@link Long}, lists as {@link List}, {@code content} as {@link Map}.
 *
 * <p>Immutable. A log has millions: members stand in one array, names and values in turn.
 */
final class LeafReading {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The members that the checks of a whole log need. */
  static final Set<String> CHECKED =
      Set.of(
          "log",
          "id",
          "kind",
          "writer",
          "boot",
          "n",
          "prev",
          "intent",
          "exchange",
          "decision",
          "event",
          "counters",
          "entries",
          "bytes",
          "detail",
          "commitment_root",
          "content");

  private static final List<String> HEAD =
      List.of("v", "log", "id", "kind", "at", "mono", "writer", "boot", "n", "prev");

  private final Object[] members;

  private LeafReading(Object[] members) {
    this.members = members;
  }

  /**
   * Reads a leaf, strictly.
   *
   * @throws IllegalArgumentException if it is none; the message says what, never its text
   */
  static LeafReading parse(byte[] bytes) {
    return parse(bytes, 0, bytes.length, null);
  }

  /**
   * The same for a part of {@code bytes}; all of the leaf is checked, but only the wanted members
   * are kept.
   *
   * @param wanted members to keep; null: all
   */
  static LeafReading parse(byte[] bytes, int at, int length, @Nullable Set<String> wanted) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes, at, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("leaf is no JSON object");
      }
      Object[] members = members(parser, wanted);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("leaf goes on behind its object");
      }
      return new LeafReading(members);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("leaf is no strict JSON", e);
    }
  }

  private @Nullable Object get(String name) {
    for (int i = 0; i < members.length; i += 2) {
      if (name.equals(members[i])) {
        return members[i + 1];
      }
    }
    return null;
  }

  String text(String name) {
    return get(name) instanceof String text ? text : "";
  }

  long number(String name) {
    return get(name) instanceof Long number ? number : -1;
  }

  List<?> list(String name) {
    return get(name) instanceof List<?> list ? list : List.of();
  }

  /** What the leaf says of its content, or null. */
  @Nullable Mark content() {
    return get("content") instanceof Map<?, ?> content
        ? new Mark(
            String.valueOf(content.get("type")),
            content.get("size") instanceof Long size ? size : -1,
            String.valueOf(content.get("stored")),
            String.valueOf(content.get("commitment")))
        : null;
  }

  /** What a leaf says of its content. */
  record Mark(String type, long size, String stored, String commitment) {}

  private static Object[] members(JsonParser parser, @Nullable Set<String> wanted) {
    List<Object> members = new ArrayList<>(2 * HEAD.size() + 8);
    boolean content = false;
    int place = 0;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      if (place < HEAD.size() && !name.equals(HEAD.get(place))) {
        break;
      }
      if (content) {
        throw new IllegalArgumentException("content is not the last member of the leaf");
      }
      content = name.equals("content");
      JsonToken token = parser.nextToken();
      if (place == 0 && (token != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() != 1)) {
        throw new IllegalArgumentException("leaf is not of version 1");
      }
      if (wanted == null || wanted.contains(name)) {
        members.add(name);
        members.add(value(parser, token));
      } else {
        pass(parser, token);
      }
      place++;
    }
    if (place < HEAD.size()) {
      throw new IllegalArgumentException("leaf does not begin with " + String.join(", ", HEAD));
    }
    return members.toArray();
  }

  /** Goes over a value that is not kept; it must be one that a leaf may have all the same. */
  private static void pass(JsonParser parser, JsonToken token) {
    switch (token) {
      case VALUE_STRING -> parser.finishToken();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      default -> value(parser, token);
    }
  }

  private static Map<String, Object> object(JsonParser parser) {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      members.put(name, value(parser, parser.nextToken()));
    }
    return members;
  }

  private static Object value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case START_ARRAY -> array(parser);
      case START_OBJECT -> object(parser);
      default -> throw new IllegalArgumentException("leaf has a member of another type");
    };
  }

  private static List<Object> array(JsonParser parser) {
    List<Object> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(value(parser, token));
    }
    return items;
  }
}
