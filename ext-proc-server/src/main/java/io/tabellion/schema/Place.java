package io.tabellion.schema;

import java.util.Set;

/**
 * What stands at a place of a schema: names of arguments and plain values may be spelt like
 * keywords, and are none.
 */
enum Place {
  /** A schema, a list of them, or what a keyword has else. */
  SCHEMA,
  /** Schemas by names that are not keywords. */
  SCHEMAS,
  /** Plain values. */
  DATA;

  private static final Set<String> BY_NAME =
      Set.of(
          "$defs",
          "definitions",
          "dependencies",
          "dependentSchemas",
          "patternProperties",
          "properties");

  private static final Set<String> PLAIN = Set.of("const", "default", "enum", "examples");

  /** What stands at a member of what stands here; an item of a list stands where the list does. */
  Place member(String name) {
    return switch (this) {
      case SCHEMA -> BY_NAME.contains(name) ? SCHEMAS : PLAIN.contains(name) ? DATA : SCHEMA;
      case SCHEMAS -> SCHEMA;
      case DATA -> DATA;
    };
  }
}
