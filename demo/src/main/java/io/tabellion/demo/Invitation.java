package io.tabellion.demo;

import java.nio.file.Path;

/** What the person can do next, while the demo stays up. */
record Invitation(Demo.Options options, Path home, Screen screen) {

  void show() {
    Ports ports = options.ports();
    screen.title("Point your own MCP client here");
    endpoint("sample");
    options.upstreams().forEach(upstream -> endpoint(upstream.name()));
    screen.line("  with the header  Authorization: Bearer $(cat " + file("agent.jwt") + ")");
    screen.title("Ask the trail");
    command("audit search --tool find_customer");
    command("audit tail");
    command("audit verify");
    screen.line(
        "  or any gRPC client: 127.0.0.1:"
            + ports.api()
            + ", bearer token in "
            + file("auditor.token"));
    screen.title("Decide about calls");
    screen.line(
        "  refund_order needs an approval. Let your client call it, then decide on the page:");
    command("approvals open");
    command("approvals watch");
    screen.title("Look around");
    screen.line("  " + file("policy.yaml") + "   what agents may do; change it, it is reloaded");
    screen.line("  " + file("routes.yaml") + "   which servers there are; the same");
    screen.line("  http://127.0.0.1:" + ports.http() + "/metrics");
    screen.line("  logs of each program beside them: server.log, control-plane.log, envoy.log");
    screen.line("");
    screen.line(screen.bold("Ctrl-C stops everything."));
  }

  private void endpoint(String server) {
    screen.line(
        "  " + screen.cyan("http://127.0.0.1:" + options.ports().mcp() + "/" + server + "/mcp"));
  }

  private void command(String arguments) {
    screen.line("  " + screen.cyan("./tabellion " + arguments));
  }

  /** As it is written from the checkout, where people stand. */
  private String file(String name) {
    Path path = options.dir().resolve(name);
    return path.startsWith(home) ? home.relativize(path).toString() : path.toString();
  }
}
