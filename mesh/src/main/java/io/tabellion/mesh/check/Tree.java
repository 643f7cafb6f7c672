package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads trees whose form nobody promised: what is not there, or is of another kind, is empty. Keys
 * of Envoy are found in both forms that its JSON may have, {@code typed_config} and {@code
 * typedConfig}.
 */
final class Tree {
  private Tree() {}

  /** Returns the node at the end of a path of keys. */
  static Optional<Yaml> at(Yaml from, String... path) {
    Optional<Yaml> node = Optional.of(from);
    for (String key : path) {
      node = node.flatMap(parent -> member(parent, key)).map(Yaml.Member::value);
    }
    return node.filter(found -> !(found instanceof Yaml.Empty));
  }

  /** Returns the key and value of a mapping. */
  static Optional<Yaml.Member> member(Yaml from, String key) {
    return members(from).stream()
        .filter(member -> member.key().equals(key) || member.key().equals(camel(key)))
        .findFirst();
  }

  /** Returns the members of the mapping at a path. */
  static List<Yaml.Member> members(Yaml from, String... path) {
    return at(from, path).orElse(null) instanceof Yaml.Mapping mapping
        ? mapping.members()
        : List.of();
  }

  /** Returns the items of the list at a path. */
  static List<Yaml> items(Yaml from, String... path) {
    return at(from, path).orElse(null) instanceof Yaml.Sequence list ? list.items() : List.of();
  }

  /** Returns the text at a path; empty where there is none. */
  static String text(Yaml from, String... path) {
    return at(from, path).orElse(null) instanceof Yaml.Scalar scalar ? scalar.text() : "";
  }

  /** Returns the texts of the list at a path. */
  static List<String> texts(Yaml from, String... path) {
    return items(from, path).stream()
        .filter(Yaml.Scalar.class::isInstance)
        .map(item -> ((Yaml.Scalar) item).text())
        .toList();
  }

  static boolean has(Yaml from, String... path) {
    return at(from, path).isPresent();
  }

  static boolean isTrue(Yaml from, String... path) {
    return text(from, path).equals("true");
  }

  /** Returns the number at a path; 0 where there is none. */
  static int number(Yaml from, String... path) {
    String text = text(from, path);
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }

  /** Returns the mapping of texts at a path, such as labels. */
  static Map<String, String> labels(Yaml from, String... path) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (Yaml.Member member : members(from, path)) {
      if (member.value() instanceof Yaml.Scalar scalar) {
        labels.put(member.key(), scalar.text());
      }
    }
    return labels;
  }

  /** Returns a node and all that is in it. */
  static Stream<Yaml> all(Yaml node) {
    Stream<Yaml> inside =
        switch (node) {
          case Yaml.Mapping mapping ->
              mapping.members().stream().flatMap(member -> all(member.value()));
          case Yaml.Sequence list -> list.items().stream().flatMap(Tree::all);
          case Yaml.Scalar _, Yaml.Empty _ -> Stream.empty();
        };
    return Stream.concat(Stream.of(node), inside);
  }

  /**
   * Returns a tree without its places, so that two can be compared. Mappings are compared without
   * order.
   */
  static Object plain(Yaml node) {
    return switch (node) {
      case Yaml.Mapping mapping -> {
        Map<String, Object> members = new LinkedHashMap<>();
        mapping
            .members()
            .forEach(member -> members.put(snake(member.key()), plain(member.value())));
        yield members;
      }
      case Yaml.Sequence list -> list.items().stream().map(Tree::plain).toList();
      case Yaml.Scalar scalar -> scalar.text();
      case Yaml.Empty _ -> "";
    };
  }

  /** {@code typed_config} of {@code typedConfig}. */
  static String snake(String key) {
    return key.startsWith("@") || key.indexOf('.') >= 0
        ? key
        : key.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }

  private static String camel(String key) {
    if (key.indexOf('_') < 0) {
      return key;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < key.length(); i++) {
      boolean up = i > 0 && key.charAt(i - 1) == '_';
      if (key.charAt(i) != '_') {
        text.append(up ? Character.toUpperCase(key.charAt(i)) : key.charAt(i));
      }
    }
    return text.toString();
  }
}
