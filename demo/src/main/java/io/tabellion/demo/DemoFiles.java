package io.tabellion.demo;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Properties;

/** Writes what the demo's programs read: configuration, policy, routes, keys and tokens. */
final class DemoFiles {
  private static final Duration TOKEN_LIFETIME = Duration.ofDays(7);

  private final DemoFolder folder;
  private final Path home;
  private final Ports ports;
  private final ExtProcAddress extProc;

  /**
   * Creates a writer.
   *
   * @param home the checkout
   * @param extProc where Envoy finds the server
   */
  DemoFiles(DemoFolder folder, Path home, Ports ports, ExtProcAddress extProc) {
    this.folder = folder;
    this.home = home;
    this.ports = ports;
    this.extProc = extProc;
  }

  /** Writes everything but the pointer. */
  void write(URI sample, List<Upstream> upstreams, Identity identity, Instant now) {
    folder.write("jwks.json", identity.jwks());
    folder.writeSecret("agent.jwt", identity.token("alice@example.com", "demo-agent", now));
    folder.writeToken("auditor.token");
    folder.writeToken("admin.token");
    folder.writeToken("approver.token");
    folder.write("policy.yaml", policy(upstreams, now));
    folder.write("routes.yaml", routes(sample, upstreams));
    folder.write("tabellion.yaml", configuration(now));
    folder.write("envoy.yaml", bootstrap());
  }

  /**
   * Writes where the command line finds this demo: in its folder, and the last one's in the
   * checkout.
   */
  void point() {
    Properties pointer = new Properties();
    pointer.setProperty("api", "127.0.0.1:" + ports.api());
    pointer.setProperty("token-file", folder.file("auditor.token").toString());
    pointer.setProperty("log", folder.file("log").toString());
    pointer.setProperty("dir", folder.path().toString());
    StringWriter text = new StringWriter();
    try {
      pointer.store(text, "Where ./tabellion audit finds a demo");
      folder.write("current", text.toString());
      Path current = home.resolve(".tabellion").resolve("current");
      Files.createDirectories(home.resolve(".tabellion"));
      Path next = current.resolveSibling("current.new");
      Files.writeString(next, text.toString());
      Files.move(
          next, current, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new DemoException(".tabellion/current: cannot be written: " + e.getMessage(), e);
    }
  }

  private String configuration(Instant now) {
    Instant expires = now.plus(TOKEN_LIFETIME).truncatedTo(ChronoUnit.SECONDS);
    return """
    # The server's configuration, made by ./tabellion demo. docs/configuration.md explains every key.
    # insecure-loopback: every process of this machine can speak to that port; fit for a demo only.
    ext-proc: %s
    api:
      address: "127.0.0.1:%d"
      insecure-loopback: true
      tokens:
        - {name: demo-auditor, role: auditor, file: auditor.token, expires: "%s"}
        - {name: demo-admin, role: admin, file: admin.token, expires: "%s"}
        - {name: carol@example.com, role: approver, file: approver.token, expires: "%s", groups: [support]}
    http: {address: "127.0.0.1:%d"}
    log: {directory: log, origin: demo.tabellion.example/log}
    policy: policy.yaml
    policy-candidate: candidate.yaml # need not be there: docs/policy.md, "A candidate beside the policy"
    listeners:
      - identity:
          jwt: {issuers: ["%s"], audiences: ["%s"]}
    """
        .formatted(
            extProc.yaml(),
            ports.api(),
            expires,
            expires,
            expires,
            ports.http(),
            Identity.ISSUER,
            Identity.AUDIENCE);
  }

  /**
   * Each demo has a policy of its own: what people did not decide in the one before is over then.
   */
  private static String policy(List<Upstream> upstreams, Instant now) {
    StringBuilder text =
        new StringBuilder(
            """
            # What agents may do, made by ./tabellion demo at %s. Change it: a good file is in force within two seconds,
            # a bad one is refused and recorded. What no rule allows is denied.
            apiVersion: tabellion.io/v1
            kind: Policy
            metadata: {name: demo, version: 1}
            defaults: {decision: deny}
            rules:
              - id: desk-reads
                match: {servers: [sample], methods: [tools/call], tools: [find_customer, monthly_report]}
                then: allow
              - id: refunds
                match: {servers: [sample], methods: [tools/call], tools: [refund_order]}
                then: allow
              - id: refunds-need-approval
                match: {servers: [sample], methods: [tools/call], tools: [refund_order]}
                then: requireApproval
                approval: {approvers: "'support' in approver.groups", ttl: 1h}
              - id: no-deletes
                match: {servers: [sample], methods: [tools/call], tools: [delete_customer]}
                then: deny
                message: Deleting a customer takes a person. Ask support@example.com to do it.
            """
                .formatted(now));
    for (Upstream upstream : upstreams) {
      text.append(
          """
            - id: upstream-%1$s
              match: {servers: [%1$s]}
              then: allow
            - id: upstream-%1$s-asks
              match: {servers: [%1$s], direction: server-request}
              then: allow
          """
              .formatted(upstream.name()));
    }
    if (!upstreams.isEmpty()) {
      text.append(
          "# Arguments that do not fit a tool's schema: recorded, not refused.\nservers:\n");
      upstreams.forEach(
          upstream -> text.append("  - {name: %s, schema: record}\n".formatted(upstream.name())));
    }
    return text.toString();
  }

  private String routes(URI sample, List<Upstream> upstreams) {
    StringBuilder text =
        new StringBuilder(
            """
            # Which MCP servers Envoy serves, made by ./tabellion demo. Read again when it changes.
            listeners:
              - address: "127.0.0.1:%1$d"
                url: "http://127.0.0.1:%1$d"
                jwt:
                  providers:
                    - {name: demo, issuer: "%2$s", audiences: ["%3$s"], jwks: jwks.json}
            ext-proc: %4$s
            access-log: {file: access.log}
            # Web pages that may call: the MCP Inspector, which runs in a browser on this machine.
            cors: {origins: ["http://localhost:6274", "http://127.0.0.1:6274"]}
            exempt:
              - {name: healthz, path: /healthz}
            servers:
              - {name: sample, url: "%5$s"}
            """
                .formatted(
                    ports.mcp(), Identity.ISSUER, Identity.AUDIENCE, extProc.yaml(), sample));
    upstreams.forEach(upstream -> text.append(upstream.route()));
    return text.toString();
  }

  /** The checkout's own bootstrap; only the port of the control plane may be another. */
  private String bootstrap() {
    Path file = home.resolve("envoy-config").resolve("envoy-xds.yaml");
    try {
      return Files.readString(file)
          .replace("port_value: " + Ports.STANDARD.xds(), "port_value: " + ports.xds());
    } catch (IOException e) {
      throw new DemoException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
