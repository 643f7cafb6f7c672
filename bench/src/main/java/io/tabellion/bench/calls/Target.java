package io.tabellion.bench.calls;

/**
 * Where clients send their calls, and which.
 *
 * @param port on loopback
 * @param path of the MCP endpoint there
 * @param calls what they ask
 * @param guarded whether our server, with the policy of these calls, stands before the MCP server
 */
record Target(int port, String path, Calls calls, boolean guarded) {

  /** Simple calls, whatever they pass. */
  static Target simple(int port, String path) {
    return new Target(port, path, Calls.SIMPLE, false);
  }
}
