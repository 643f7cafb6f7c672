package io.tabellion.mesh.check;

import io.tabellion.yaml.Place;
import io.tabellion.yaml.Yaml;

/**
 * Where something stands in what was given.
 *
 * @param source the file as it was named, {@code -} for standard input, or the cluster
 * @param document which document of the file, from 1
 * @param resource what it is: {@code EnvoyFilter mcp-servers/sample}
 */
public record Where(String source, int document, Place place, String resource) {
  /** The same document, at one of its nodes. */
  Where at(Yaml node) {
    return place.equals(Place.NOWHERE) ? this : new Where(source, document, node.place(), resource);
  }

  /** The line, from 1; 0 where there are no lines. */
  public int line() {
    return place.line();
  }

  @Override
  public String toString() {
    String at = line() == 0 ? source : source + ":" + line();
    return resource.isEmpty() ? at : at + " (" + resource + ")";
  }
}
