package io.tabellion.demo.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tools, prompts and resources that the official conformance suite asks a server for. The file
 * {@code suite.json} beside this class has them, as the protocol shows them; the demo does not use
 * them.
 *
 * <p>A tool or prompt may have {@code era}: {@code sessions} or {@code stateless}. Immutable.
 */
final class SuiteContent {
  /** Values of {@code era}. */
  static final String SESSIONS = "sessions";

  static final String STATELESS = "stateless";

  private static final String BOTH = "both";
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  private final JsonMapper json = JsonMapper.shared();
  private final String era;
  private final JsonNode root;

  private SuiteContent(String era, JsonNode root) {
    this.era = era;
    this.root = root;
  }

  /** Reads what there is for this era. */
  static SuiteContent of(String era) {
    try (InputStream in =
        Objects.requireNonNull(SuiteContent.class.getResourceAsStream("suite.json"))) {
      return new SuiteContent(era, JsonMapper.shared().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<JsonNode> tools() {
    return ofEra("tools");
  }

  List<JsonNode> prompts() {
    return ofEra("prompts");
  }

  List<JsonNode> resources() {
    return ofEra("resources");
  }

  List<JsonNode> templates() {
    return ofEra("templates");
  }

  /** The tool of this name; null if there is none. */
  @Nullable JsonNode tool(String name) {
    return named(tools(), name);
  }

  /** The prompt of this name; null if there is none. */
  @Nullable JsonNode prompt(String name) {
    return named(prompts(), name);
  }

  /** The request that asks a client for something: {@code method} and {@code params}. */
  Map<String, Object> question(String key) {
    return map(root.path("questions").path(key));
  }

  /** What reading this URI gives: its {@code contents}; null if there is no such resource. */
  @Nullable Map<String, Object> contents(String uri) {
    for (JsonNode resource : resources()) {
      if (resource.path("uri").asString("").equals(uri)) {
        return contents(resource, uri);
      }
    }
    for (JsonNode template : templates()) {
      String pattern = template.path("uriTemplate").asString("");
      String before = pattern.substring(0, pattern.indexOf('{'));
      String after = pattern.substring(pattern.indexOf('}') + 1);
      if (uri.length() > before.length() + after.length()
          && uri.startsWith(before)
          && uri.endsWith(after)) {
        String id = uri.substring(before.length(), uri.length() - after.length());
        return contents(filled(template, Map.of("id", id)), uri);
      }
    }
    return null;
  }

  /** The words for an argument that begin like this, as {@code completion/complete} shows them. */
  static Map<String, Object> completion(String begun) {
    List<String> words =
        List.of("paris", "park", "party", "test").stream()
            .filter(word -> word.startsWith(begun))
            .toList();
    return Map.of("values", words, "total", words.size(), "hasMore", false);
  }

  /** An entry as a list shows it: only these members. */
  static Map<String, Object> shown(JsonNode entry, String... members) {
    Map<String, Object> shown = new LinkedHashMap<>();
    for (String member : members) {
      if (entry.has(member)) {
        shown.put(member, JsonMapper.shared().convertValue(entry.get(member), Object.class));
      }
    }
    return shown;
  }

  /** The same with {@code {name}} replaced by values, in all its texts. */
  JsonNode filled(JsonNode node, Map<String, String> values) {
    String text = json.writeValueAsString(node);
    for (Map.Entry<String, String> value : values.entrySet()) {
      String quoted = json.writeValueAsString(value.getValue());
      text = text.replace("{" + value.getKey() + "}", quoted.substring(1, quoted.length() - 1));
    }
    return json.readTree(text);
  }

  Map<String, Object> map(JsonNode node) {
    return json.convertValue(node, MAP);
  }

  private Map<String, Object> contents(JsonNode resource, String uri) {
    Map<String, Object> content = shown(resource, "mimeType", "text", "blob");
    content.put("uri", uri);
    return Map.of("contents", List.of(content));
  }

  private List<JsonNode> ofEra(String member) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode entry : root.path(member)) {
      String its = entry.path("era").asString(BOTH);
      if (its.equals(BOTH) || its.equals(era)) {
        found.add(entry);
      }
    }
    return found;
  }

  private static @Nullable JsonNode named(List<JsonNode> entries, String name) {
    return entries.stream()
        .filter(entry -> entry.path("name").asString("").equals(name))
        .findFirst()
        .orElse(null);
  }
}
