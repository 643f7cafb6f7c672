package io.tabellion.bench.calls;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One way from the client to the MCP server.
 *
 * @param name as in the report
 * @param port where the client connects, on loopback
 * @param path of the MCP endpoint there
 * @param envoy its Envoy, whose CPU time is counted; empty without one
 * @param server its ext_proc server, whose CPU time is counted too; empty without one
 */
record Lane(String name, int port, String path, List<Long> envoy, List<Long> server) {
  static final String DIRECT = "direct";
  static final String ENVOY = "envoy";
  static final String NO_OP = "no-op";
  static final String TABELLION = "tabellion";

  /** {@link #NO_OP} and {@link #TABELLION} with a Unix socket between Envoy and server. */
  static final String NO_OP_UNIX = "no-op-unix";

  static final String TABELLION_UNIX = "tabellion-unix";

  /** Our server as another checkout has it. */
  static final String OTHER = "other";

  private static final Set<String> GUARDED = Set.of(TABELLION, TABELLION_UNIX, OTHER);

  /** Returns where clients of this lane send such calls. */
  Target target(Calls calls) {
    return new Target(port, path, calls, GUARDED.contains(name));
  }

  /** The processes between client and MCP server. */
  List<Long> between() {
    return Stream.concat(envoy.stream(), server.stream()).toList();
  }
}
