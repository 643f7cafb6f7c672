package io.tabellion.mesh.attach;

/**
 * Resources of Kubernetes that are applied together.
 *
 * @param owner whose they are: an MCP server, or a proxy that several servers share
 * @param text YAML, one or more documents; ends with a line break
 */
public record Manifest(String owner, Part part, String text) {

  /** The name of its file. */
  public String file() {
    return owner + "-" + part + ".yaml";
  }
}
