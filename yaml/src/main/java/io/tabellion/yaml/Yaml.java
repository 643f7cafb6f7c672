package io.tabellion.yaml;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  /**
   * A text, number or truth value by its text; which of them it is depends on who asks.
   *
   * @param layout how the text lies in the file
   */
  record Scalar(Place place, String text, Layout layout) implements Yaml {
    private static final int SHOWN = 60;

    /** A scalar that stands in no file. */
    public Scalar(Place place, String text) {
      this(place, text, new Layout("", 0, text));
    }

    /** Whether it is written without quotes: then it may be a number or a truth value. */
    public boolean plain() {
      return layout.plain();
    }

    /** The place of the char at {@code offset} of the text. */
    public Place at(int offset) {
      return layout.file().isEmpty() ? place : layout.at(offset);
    }

    /** Where a scalar lies in its file is no part of what it says. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Scalar scalar
          && scalar.place.equals(place)
          && scalar.text.equals(text);
    }

    @Override
    public int hashCode() {
      return Objects.hash(place, text);
    }

    @Override
    public String what() {
      String line = text.lines().findFirst().orElse("");
      boolean whole = line.equals(text) && line.length() <= SHOWN;
      return whole ? text : line.substring(0, Math.min(SHOWN, line.length())) + "…";
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
