package io.tabellion.mesh.attach;

import io.tabellion.yaml.Default;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gateway of Istio through which the mesh reaches MCP servers outside of it. It carries MCP and
 * nothing else.
 *
 * @param name of its Service
 * @param namespace of its Service and pods
 * @param labels of its pods; {@code istio: NAME} where null
 */
public record Egress(
    @Default("mcp-egress") DnsLabel name,
    @Default("mcp-egress") DnsLabel namespace,
    @Nullable Labels labels) {

  Labels podLabels() {
    return Objects.requireNonNullElseGet(labels, () -> Labels.of("istio", name.text()));
  }

  String host(Tabellion tabellion) {
    return "%s.%s.svc.%s".formatted(name, namespace, tabellion.clusterDomain());
  }
}
