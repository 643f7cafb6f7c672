package io.tabellion.mesh.attach;

import io.tabellion.yaml.Default;
import java.util.List;

/**
 * A namespace in which every workload with a sidecar is an MCP server: whatever the labels of a
 * pod, nothing passes that Tabellion did not mark.
 *
 * @param exemptPorts ports of containers there that may be called unjudged
 */
public record ClosedNamespace(DnsLabel name, @Default("") List<Port> exemptPorts) {
  public ClosedNamespace {
    exemptPorts = List.copyOf(exemptPorts);
  }
}
