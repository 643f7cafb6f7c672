package io.tabellion.yaml;

/**
 * One thing that is wrong in a file.
 *
 * @param path of keys to it, e.g. {@code api.tokens[0].role}; empty for the whole file
 * @param text what was found and what was expected
 */
public record Problem(Place place, String path, String text) {

  @Override
  public String toString() {
    String where = place.equals(Place.NOWHERE) ? " " : place + ": ";
    return where + (path.isEmpty() ? "" : path + ": ") + text;
  }
}
