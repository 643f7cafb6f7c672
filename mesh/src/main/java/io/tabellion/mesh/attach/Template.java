package io.tabellion.mesh.attach;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A text with places for values, {@code ${name}}. A line that is nothing but a place takes a text
 * of several lines, each indented as the place is, and disappears for an empty one.
 */
final class Template {
  private final String name;

  private Template(String name) {
    this.name = name;
  }

  /** The resource {@code name} beside this class. */
  static Template of(String name) {
    return new Template(name + ".yaml");
  }

  /**
   * Returns the text with these values.
   *
   * @throws IllegalStateException if a place has no value
   */
  String with(Map<String, String> values) {
    return read()
        .lines()
        .flatMap(line -> filled(line, values))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private Stream<String> filled(String line, Map<String, String> values) {
    String bare = line.strip();
    if (bare.matches("\\$\\{[a-z-]+}")) {
      String indent = line.substring(0, line.indexOf('$'));
      return value(bare.substring(2, bare.length() - 1), values).lines().map(indent::concat);
    }
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = line.indexOf("${"); at >= 0; at = line.indexOf("${", from)) {
      int end = line.indexOf('}', at);
      text.append(line, from, at).append(value(line.substring(at + 2, end), values));
      from = end + 1;
    }
    return Stream.of(text.append(line, from, line.length()).toString());
  }

  private String value(String key, Map<String, String> values) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalStateException(name + ": no value for " + key);
    }
    return value;
  }

  private String read() {
    try (InputStream in = Objects.requireNonNull(Template.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
