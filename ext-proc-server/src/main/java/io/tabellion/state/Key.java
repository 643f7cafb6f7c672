package io.tabellion.state;

/**
 * The name of a record.
 *
 * <p>Immutable and thread-safe. Equal by the word of its kind and its own name.
 *
 * @param kind what records of that name hold
 * @param name of the record in its kind
 */
public record Key<V>(Kind<V> kind, String name) {

  /**
   * Returns the name of a record.
   *
   * @param parts that tell it from others of its kind; each may hold any characters
   */
  public static <V> Key<V> of(Kind<V> kind, String... parts) {
    StringBuilder name = new StringBuilder();
    for (String part : parts) {
      // Lengths before texts, so that no part can pass for the end of another.
      name.append(part.length()).append(':').append(part);
    }
    return new Key<>(kind, name.toString());
  }

  /** The word of its kind. */
  String word() {
    return kind.word();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key<?> key && key.word().equals(word()) && key.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + word().hashCode();
  }
}
