package io.tabellion.bench.calls;

import java.util.List;

/**
 * One way from the client to the MCP server.
 *
 * @param name as in the report
 * @param port where the client connects, on loopback
 * @param path of the MCP endpoint there
 * @param between the processes between client and server, whose CPU time is counted
 */
record Lane(String name, int port, String path, List<Long> between) {
  static final String DIRECT = "direct";
  static final String ENVOY = "envoy";
  static final String NO_OP = "no-op";
  static final String TABELLION = "tabellion";

  /** Our server as another checkout has it. */
  static final String OTHER = "other";
}
