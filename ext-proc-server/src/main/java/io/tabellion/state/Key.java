package io.tabellion.state;

/**
 * The name of a record.
 *
 * <p>Immutable and thread-safe. Equal by the word of its kind and its own name.
 *
 * @param word of the kind
 * @param name of the record in its kind
 */
public record Key<V>(String word, String name, Kind<V> kind) {

  @Override
  public boolean equals(Object other) {
    return other instanceof Key<?> key && key.word.equals(word) && key.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + word.hashCode();
  }
}
