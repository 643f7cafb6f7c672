package io.tabellion.audit.index;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Fact;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A leaf as it reads (docs/audit-format.md). The bytes are what counts; this is for finding and
 * showing them.
 *
 * @param id entry id, a UUID in canonical form
 * @param kind name of the kind; may be one that this version does not know
 * @param at wall clock
 * @param mono nanoseconds since the writer's process began
 * @param counter within the boot, from 1
 * @param previous hex leaf hash of the writer's entry before
 * @param facts by member name, in the order of the leaf: {@link String}, {@link Long} or list of
 *     strings
 * @param content null if there is none
 */
public record Leaf(
    String log,
    String id,
    String kind,
    Instant at,
    long mono,
    String writer,
    String boot,
    long counter,
    String previous,
    Map<String, Object> facts,
    @Nullable ContentReference content) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> HEAD =
      Set.of("v", "log", "id", "kind", "at", "mono", "writer", "boot", "n", "prev", "content");

  public Leaf {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /**
   * What binds the content to the leaf.
   *
   * @param stored hex SHA-256 of the encrypted frame
   * @param commitment hex HMAC-SHA256 of the content under its salt
   */
  public record ContentReference(String type, long size, String stored, String commitment) {}

  /**
   * Reads a leaf.
   *
   * @throws IllegalArgumentException if it is not one of version 1; the message says where
   */
  public static Leaf parse(ByteString bytes) {
    try {
      JsonNode tree = JSON.readTree(bytes.newInput());
      if (integer(tree, "v") != 1) {
        throw new IllegalArgumentException("v: unknown (expected: 1)");
      }
      return new Leaf(
          text(tree, "log"),
          text(tree, "id"),
          text(tree, "kind"),
          Instant.parse(text(tree, "at")),
          integer(tree, "mono"),
          text(tree, "writer"),
          text(tree, "boot"),
          integer(tree, "n"),
          text(tree, "prev"),
          facts(tree),
          content(tree.get("content")));
    } catch (JacksonException | DateTimeParseException e) {
      throw new IllegalArgumentException("leaf: not readable (expected: version 1)", e);
    }
  }

  /** Returns the fact if it is there and text, else null. */
  public @Nullable String text(Fact fact) {
    return facts.get(fact.text()) instanceof String text ? text : null;
  }

  private static Map<String, Object> facts(JsonNode tree) {
    Map<String, Object> facts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : tree.properties()) {
      if (!HEAD.contains(member.getKey())) {
        facts.put(member.getKey(), fact(member.getKey(), member.getValue()));
      }
    }
    return facts;
  }

  private static Object fact(String name, JsonNode value) {
    if (value.isString()) {
      return value.stringValue();
    }
    if (value.isIntegralNumber()) {
      return value.longValue();
    }
    if (!value.isArray()) {
      throw new IllegalArgumentException(name + ": unknown type (expected: text, number, list)");
    }
    List<String> list = new ArrayList<>();
    value.forEach(item -> list.add(item.stringValue()));
    return Collections.unmodifiableList(list);
  }

  private static @Nullable ContentReference content(@Nullable JsonNode node) {
    return node == null
        ? null
        : new ContentReference(
            text(node, "type"),
            integer(node, "size"),
            text(node, "stored"),
            text(node, "commitment"));
  }

  private static String text(JsonNode tree, String name) {
    JsonNode node = tree.get(name);
    if (node == null || !node.isString()) {
      throw new IllegalArgumentException(name + ": not there (expected: text)");
    }
    return node.stringValue();
  }

  private static long integer(JsonNode tree, String name) {
    JsonNode node = tree.get(name);
    if (node == null || !node.isIntegralNumber()) {
      throw new IllegalArgumentException(name + ": not there (expected: whole number)");
    }
    return node.longValue();
  }
}
