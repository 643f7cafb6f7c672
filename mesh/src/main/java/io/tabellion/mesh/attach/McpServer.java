package io.tabellion.mesh.attach;

import io.tabellion.yaml.Default;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server of the mesh.
 *
 * @param name what policies and the audit log call it
 * @param to where the filters stand
 * @param namespace of its Service and pods
 * @param labels that its pods have and no others; {@code app: NAME} where null
 * @param port on which its container listens
 * @param service the name of its Service; NAME where null
 * @param servicePort the port of the Service; {@code port} where null
 * @param path where it serves MCP
 * @param publicPath the path at a gateway; {@code /NAME/mcp} where null
 * @param exemptPorts other ports of its container that anybody in the mesh may call unjudged, such
 *     as metrics
 * @param audiences of tokens that are for it; its own URL where empty
 * @param external the host of a server outside the mesh, for {@link Place#EGRESS}; it is called by
 *     TLS on {@code servicePort}, 443 where null
 * @param waypoint the name of its waypoint; {@code NAME-waypoint} where null
 */
public record McpServer(
    DnsLabel name,
    Place to,
    @Default("mcp-servers") DnsLabel namespace,
    @Nullable Labels labels,
    @Default("8080") Port port,
    @Nullable DnsLabel service,
    @Nullable Port servicePort,
    @Default("/mcp") UrlPath path,
    @Nullable UrlPath publicPath,
    @Default("") List<Port> exemptPorts,
    @Default("") List<Address> audiences,
    @Nullable HostName external,
    @Nullable DnsLabel waypoint) {

  /**
   * @throws IllegalArgumentException if the MCP port is exempt, if a server outside the mesh has no
   *     host or another one has, or if the name of its waypoint would be too long
   */
  public McpServer {
    exemptPorts = List.copyOf(exemptPorts);
    audiences = List.copyOf(audiences);
    if (exemptPorts.contains(port)) {
      throw new IllegalArgumentException(
          "exemptPorts: has the port of the MCP server, " + port + " (expected: other ports)");
    }
    if (to == Place.WAYPOINT && waypoint == null && name.text().length() > 54) {
      throw new IllegalArgumentException(
          "waypoint: missing (expected: a name, for NAME-waypoint has more than 63 characters)");
    }
    if ((to == Place.EGRESS) != (external != null)) {
      throw new IllegalArgumentException(
          external == null
              ? "external: missing (expected: the host of the server outside, for to: egress)"
              : "external: " + external + " (expected: only with to: egress)");
    }
  }

  Labels podLabels() {
    return Objects.requireNonNullElseGet(labels, () -> Labels.of("app", name.text()));
  }

  DnsLabel serviceName() {
    return Objects.requireNonNullElse(service, name);
  }

  Port portOfService() {
    return Objects.requireNonNullElse(servicePort, port);
  }

  String host(Tabellion tabellion) {
    return "%s.%s.svc.%s".formatted(serviceName(), namespace, tabellion.clusterDomain());
  }

  String waypointName() {
    return waypoint == null ? name + "-waypoint" : waypoint.text();
  }

  /** The path that clients ask for. */
  String clientPath() {
    if (!to.shared()) {
      return path.text();
    }
    return publicPath == null ? "/" + name + "/mcp" : publicPath.text();
  }
}
