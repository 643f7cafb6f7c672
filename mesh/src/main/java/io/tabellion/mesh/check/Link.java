package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;

/**
 * A filter of an HTTP filter chain.
 *
 * @param filter its name, {@code typed_config} and switches
 * @param where what put it there
 */
record Link(String name, Yaml filter, Where where) {
  private static final String PREFIX = "type.googleapis.com/";

  Yaml config() {
    return Tree.at(filter, "typed_config").orElse(new Yaml.Empty(filter.place()));
  }

  /** The message of its configuration: {@code envoy.extensions.filters.http.rbac.v3.RBAC}. */
  String type() {
    String url = Tree.text(config(), "@type");
    String inner = Tree.text(config(), "type_url");
    String type = url.endsWith("TypedStruct") && !inner.isEmpty() ? inner : url;
    return type.startsWith(PREFIX) ? type.substring(PREFIX.length()) : type;
  }

  boolean is(String message) {
    return type().equals(message);
  }

  Where at(Yaml node) {
    return where.at(node);
  }
}
