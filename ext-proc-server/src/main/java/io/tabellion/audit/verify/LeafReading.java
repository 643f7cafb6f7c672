package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 */
record LeafReading(Map<String, Object> members) {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final List<String> HEAD =
      List.of("v", "log", "id", "kind", "at", "mono", "writer", "boot", "n", "prev");

  /**
   * Reads a leaf, strictly.
   *
   * @throws IllegalArgumentException if it is none; the message says what, never its text
   */
  static LeafReading parse(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("leaf is no JSON object");
      }
      Map<String, Object> members = object(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("leaf goes on behind its object");
      }
      return checked(members);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("leaf is no strict JSON", e);
    }
  }

  String text(String name) {
    return members.get(name) instanceof String text ? text : "";
  }

  long number(String name) {
    return members.get(name) instanceof Long number ? number : -1;
  }

  List<?> list(String name) {
    return members.get(name) instanceof List<?> list ? list : List.of();
  }

  /** What the leaf says of its content, or null. */
  @Nullable Mark content() {
    return members.get("content") instanceof Map<?, ?> content
        ? new Mark(
            String.valueOf(content.get("type")),
            content.get("size") instanceof Long size ? size : -1,
            String.valueOf(content.get("stored")),
            String.valueOf(content.get("commitment")))
        : null;
  }

  /** What a leaf says of its content. */
  record Mark(String type, long size, String stored, String commitment) {}

  private static LeafReading checked(Map<String, Object> members) {
    List<String> names = List.copyOf(members.keySet());
    if (names.size() < HEAD.size() || !names.subList(0, HEAD.size()).equals(HEAD)) {
      throw new IllegalArgumentException("leaf does not begin with " + String.join(", ", HEAD));
    }
    if (!Long.valueOf(1).equals(members.get("v"))) {
      throw new IllegalArgumentException("leaf is not of version 1");
    }
    int content = names.indexOf("content");
    if (content >= 0 && content != names.size() - 1) {
      throw new IllegalArgumentException("content is not the last member of the leaf");
    }
    return new LeafReading(members);
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
