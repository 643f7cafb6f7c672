package io.tabellion.mesh.check;

import java.util.Locale;

/** What is looked for. docs/mesh-check.md has a row for each. */
public enum Rule {
  /** An MCP server that no filter of ours is attached to. */
  NO_ATTACHMENT,
  /** The pods of an MCP server are not among what was given. */
  NO_WORKLOAD,
  /** A port of an MCP server that some calls reach without our filters. */
  PORT_NOT_COVERED,
  /** A port that only a waypoint or gateway covers, and that others may call without it. */
  DIRECT_WAY,
  /** A selector that takes no pods. */
  SELECTOR,
  /** A port of the Service where that of the container must stand. */
  SERVICE_PORT,
  /** A place for filters that does not exist in this proxy. */
  NO_SUCH_PLACE,
  /** A patch for the wrong direction or kind of proxy. */
  CONTEXT,
  /** A patch for some versions or connections only. */
  CONDITIONAL,
  /** Two resources of one name: the second replaces the first. */
  SAME_NAME,
  /** A waypoint's patch without its inner listener, or with a port. */
  WAYPOINT_LISTENER,
  /** A waypoint is chosen in a way that Istio does not carry out. */
  WAYPOINT_TARGET,
  /** One of the three filters is missing. */
  FILTER_MISSING,
  /** The three filters are in another order, or before authentication. */
  FILTER_ORDER,
  /** A filter between ours and the MCP server. */
  FILTER_AFTER,
  /** A filter that changes answers after ours has judged them. */
  FILTER_BEFORE,
  /** One of ours is switched off, optional, removed or changed. */
  FILTER_OFF,
  /** A guard that asks for something else than our mark. */
  GUARD,
  /** The ext_proc filter lets calls pass when the server fails. */
  FAIL_OPEN,
  /** The ext_proc filter does not hand over whole messages. */
  PROCESSING_MODE,
  /** The ext_proc filter does not hand over or take what the server needs. */
  METADATA,
  /** A field or value that Envoy does not know. */
  UNKNOWN_FIELD,
  /** An Envoy without what the filters need. */
  OLD_ENVOY,
  /** The ext_proc cluster is called by a name that its own proxy does not know. */
  AUTHORITY,
  /** The ext_proc cluster is not there, or not at this proxy. */
  CLUSTER,
  /** The ext_proc cluster does not speak HTTP/2. */
  PROTOCOL,
  /** A limit on connections to the ext_proc cluster. */
  CONNECTION_POOL,
  /** The server's AuthorizationPolicy does not name the proxy. */
  PROXY_ACCOUNT,
  /** Something repeats calls: retries, mirrors, hedges. */
  REPEATS,
  /** A timeout that ends holds and event streams. */
  TIMEOUT,
  /** A route whose name does not say which MCP server it is. */
  ROUTE_NAME,
  /** A route where the filters are off. */
  EXEMPT_ROUTE,
  /** Connections without mTLS are taken. */
  PLAINTEXT,
  /** Callers that nobody identified reach our filters. */
  NO_AUTHENTICATION,
  /** Pods without a proxy before them. */
  NO_PROXY,
  /** An Envoy refused its configuration and keeps the one before. */
  NOT_ACCEPTED;

  /** As it is written: {@code port-not-covered}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
