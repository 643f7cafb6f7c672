package io.tabellion.mesh.attach;

import io.tabellion.yaml.Place;
import io.tabellion.yaml.Yaml;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Labels that select pods: a pod has all of them.
 *
 * @param of one or more, in the order in which they were written
 */
public record Labels(Map<String, String> of) {
  private static final Pattern KEY =
      Pattern.compile(
          "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
  private static final Pattern VALUE =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
  private static final String EXPECTED =
      "labels such as {app: sample}: keys and values as Kubernetes has them";

  /**
   * @throws IllegalArgumentException if there are none, or one cannot be a label
   */
  public Labels {
    of = Collections.unmodifiableMap(new LinkedHashMap<>(of));
    if (of.isEmpty()
        || of.entrySet().stream()
            .anyMatch(label ->
                !KEY.matcher(label.getKey()).matches()
                    || !VALUE.matcher(label.getValue()).matches())) {
      throw new IllegalArgumentException(EXPECTED);
    }
  }

  static Labels of(String key, String value) {
    return new Labels(Map.of(key, value));
  }

  /** Reads them from a mapping. */
  static @Nullable Labels read(Yaml yaml, BiConsumer<Place, String> wrong) {
    if (!(yaml instanceof Yaml.Mapping mapping)) {
      wrong.accept(yaml.place(), yaml.what() + " (expected: " + EXPECTED + ")");
      return null;
    }
    Map<String, String> labels = new LinkedHashMap<>();
    for (Yaml.Member member : mapping.members()) {
      String value = member.value() instanceof Yaml.Scalar scalar ? scalar.text() : "";
      labels.put(member.key(), value);
    }
    try {
      return new Labels(labels);
    } catch (IllegalArgumentException _) {
      wrong.accept(yaml.place(), "no such labels can be (expected: " + EXPECTED + ")");
      return null;
    }
  }

  /** As YAML in one line. */
  String yaml() {
    return of.entrySet().stream()
        .map(label -> label.getKey() + ": " + scalar(label.getValue()))
        .collect(Collectors.joining(", ", "{ ", " }"));
  }

  /** Quoted where YAML would read something else than a text. */
  private static String scalar(String value) {
    boolean plain =
        value.matches("[A-Za-z][A-Za-z0-9._-]*")
            && !value.matches("(?i)true|false|null|yes|no|on|off|y|n");
    return plain ? value : '"' + value + '"';
  }
}
