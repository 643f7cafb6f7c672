package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads leaves (docs/audit-format.md §4). Members that this version does not know are passed over.
 *
 * <p>Thread-safe.
 */
final class LeafParser {
  private static final JsonFactory JSON = new JsonFactory();

  private LeafParser() {}

  /**
   * Reads a leaf.
   *
   * @throws AuditDamagedException if it is none of format 1, or of an unknown kind
   */
  static Leaf parse(ByteString bytes) {
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), bytes.toByteArray())) {
      require(in.nextToken() == JsonToken.START_OBJECT);
      return leaf(members(in));
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new AuditDamagedException("leaf: unreadable (expected: format 1)", e);
    }
  }

  private static Map<String, Object> members(JsonParser in) {
    Map<String, Object> members = new HashMap<>();
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = in.currentName();
      in.nextToken();
      members.put(name, value(in));
    }
    require(in.currentToken() == JsonToken.END_OBJECT);
    return members;
  }

  private static Object value(JsonParser in) {
    return switch (in.currentToken()) {
      case VALUE_STRING -> in.getString();
      case VALUE_NUMBER_INT -> in.getLongValue();
      case START_ARRAY -> texts(in);
      case START_OBJECT -> members(in);
      default -> throw new IllegalArgumentException("value: unexpected");
    };
  }

  private static List<String> texts(JsonParser in) {
    List<String> texts = new ArrayList<>();
    while (in.nextToken() == JsonToken.VALUE_STRING) {
      texts.add(in.getString());
    }
    require(in.currentToken() == JsonToken.END_ARRAY);
    return List.copyOf(texts);
  }

  private static Leaf leaf(Map<String, Object> members) {
    require(number(members, "v") == 1);
    return new Leaf(
        text(members, "log"),
        EntryId.parse(text(members, "id")),
        EntryKind.of(text(members, "kind")).orElseThrow(IllegalArgumentException::new),
        Instant.parse(text(members, "at")),
        number(members, "mono"),
        text(members, "writer"),
        text(members, "boot"),
        number(members, "n"),
        Hash.parseHex(text(members, "prev")),
        facts(members),
        content(members.get("content")));
  }

  private static Facts facts(Map<String, Object> members) {
    Map<Fact, Object> facts = new EnumMap<>(Fact.class);
    members.forEach((name, value) -> Fact.of(name).ifPresent(fact -> facts.put(fact, value)));
    Facts.Builder builder = Facts.builder();
    facts.forEach((fact, value) -> {
      switch (value) {
        case String text -> builder.put(fact, text);
        case Long number -> builder.put(fact, number.longValue());
        case List<?> list -> builder.put(fact, list.stream().map(String::valueOf).toList());
        default -> throw new IllegalArgumentException("fact: unexpected");
      }
    });
    return builder.build();
  }

  private static Leaf.@Nullable ContentMark content(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> content)) {
      require(value == null);
      return null;
    }
    if (content.get("type") instanceof String type
        && content.get("size") instanceof Long size
        && content.get("stored") instanceof String stored
        && content.get("commitment") instanceof String commitment) {
      return new Leaf.ContentMark(type, size, Hash.parseHex(stored), commitment);
    }
    throw new IllegalArgumentException("content: unexpected");
  }

  private static String text(Map<String, Object> members, String name) {
    return members.get(name) instanceof String text ? text : fail();
  }

  private static long number(Map<String, Object> members, String name) {
    return members.get(name) instanceof Long number ? number : Long.parseLong(fail());
  }

  private static String fail() {
    throw new IllegalArgumentException("member: missing or of another type");
  }

  private static void require(boolean condition) {
    if (!condition) {
      fail();
    }
  }
}
