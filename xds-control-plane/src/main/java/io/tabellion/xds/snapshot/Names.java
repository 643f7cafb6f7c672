package io.tabellion.xds.snapshot;

import io.tabellion.xds.routes.Routes;

/** What things are called in Envoy; logs, metrics and our checks go by these names. */
final class Names {
  static final String EXT_PROC = "io.tabellion.ext_proc";
  static final String ANSWER_GUARD = "io.tabellion.answer_guard";
  static final String GUARD = "io.tabellion.guard";
  static final String CORS = "envoy.filters.http.cors";
  static final String SCHEME = "io.tabellion.bearer_scheme";
  static final String JWT_AUTHN = "envoy.filters.http.jwt_authn";

  /** Namespace of the dynamic metadata that the server sets and the guards ask for. */
  static final String METADATA = "io.tabellion";

  static final String EXT_PROC_CLUSTER = "tabellion_ext_proc";

  /** RFC 9728 §3.1: the path of a resource goes behind it. */
  static final String RESOURCE_METADATA = "/.well-known/oauth-protected-resource";

  private Names() {}

  static String cluster(Routes.Server server) {
    return "mcp_" + server.name();
  }

  /** What the ext_proc server reads as {@code xds.route_name}. */
  static String route(Routes.Server server) {
    return "mcp/" + server.name();
  }

  /** The secret that a server gets. */
  static String secret(Routes.Server server) {
    return "credentials/" + server.name();
  }

  static String exempt(String name) {
    return "exempt/" + name;
  }
}
