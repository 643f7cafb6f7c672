package io.tabellion.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The loopback ports that the demo listens on.
 *
 * @param mcp Envoy, for agents
 * @param extProc the server, for Envoy; not used where a Unix socket is
 * @param api the server's audit API
 * @param http the server's metrics and health
 * @param xds the control plane, for Envoy
 */
record Ports(int mcp, int extProc, int api, int http, int xds) {
  static final Ports STANDARD = new Ports(10_000, 9001, 9002, 9003, 18_000);

  /** Five ports in a row. */
  static Ports from(int base) {
    return new Ports(base, base + 1, base + 2, base + 3, base + 4);
  }

  /**
   * Checks that all that are used are free, before anything is started.
   *
   * @throws DemoException that names those that are not
   */
  void checkFree(ExtProcAddress address) {
    StringBuilder taken = new StringBuilder();
    named(address)
        .forEach((name, port) -> {
          if (!free(port)) {
            taken.append("port ").append(port).append(" (").append(name).append("): taken\n");
          }
        });
    if (!taken.isEmpty()) {
      throw new DemoException(
          taken
              + "Is another demo running? Stop what listens there, or take other ports: --ports"
              + " 20000 uses 20000 to 20004.");
    }
  }

  private Map<String, Integer> named(ExtProcAddress address) {
    Map<String, Integer> named = new LinkedHashMap<>();
    named.put("MCP, Envoy", mcp);
    address.port().ifPresent(port -> named.put("ext_proc", port));
    named.put("audit API", api);
    named.put("metrics", http);
    named.put("control plane", xds);
    return named;
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as the servers do: a port in TIME_WAIT is free
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
