package io.tabellion.yaml;

import java.util.List;

/**
 * A YAML value with its place. Of YAML only the part that JSON has too, written in any style: no
 * anchors, aliases, tags or second documents.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Yaml {

  /** Where it starts. */
  Place place();

  /** What it is, for messages. */
  String what();

  /** Keys and values in their order; keys are unique. */
  record Mapping(Place place, List<Member> members) implements Yaml {
    public Mapping {
      members = List.copyOf(members);
    }

    @Override
    public String what() {
      return "a mapping";
    }
  }

  /**
   * A key and its value.
   *
   * @param place of the key
   */
  record Member(Place place, String key, Yaml value) {}

  /** A list. */
  record Sequence(Place place, List<Yaml> items) implements Yaml {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String what() {
      return "a list";
    }
  }

  /** A text, number or truth value by its text; which of them it is depends on who asks. */
  record Scalar(Place place, String text) implements Yaml {
    @Override
    public String what() {
      return text;
    }
  }

  /** Nothing after the colon or dash, {@code ~} or {@code null}. */
  record Empty(Place place) implements Yaml {
    @Override
    public String what() {
      return "nothing";
    }
  }
}
