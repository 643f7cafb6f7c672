package io.tabellion.mesh.attach;

import io.tabellion.mesh.Filters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the manifests that put Tabellion before the MCP servers of a {@link Mesh}.
 *
 * <p>Objects of one server have its name in theirs: of two EnvoyFilters of one name in a namespace
 * the second replaces the first, and the first server would be open. What belongs to a gateway that
 * several servers share has the gateway's name, and is the same whichever server it is made for.
 */
public final class Attachment {
  private static final String HCM_FILTER =
      "filterChain: { filter: { name: envoy.filters.network.http_connection_manager%s } }";
  private static final String BEFORE_ROUTER =
      HCM_FILTER.formatted(", subFilter: { name: " + Filters.ROUTER + " }");
  private static final String CERTIFICATE =
      """

      - connection.mtls
      - connection.peer_certificate_valid      # Istio 1.31 and newer; missing before
      - connection.uri_san_peer_certificate
      - connection.dns_san_peer_certificate
      - connection.subject_peer_certificate\
      """;

  private final Mesh mesh;

  /** Names and addresses that all templates may use. */
  private final Map<String, String> common = new HashMap<>();

  private Attachment(Mesh mesh) {
    this.mesh = mesh;
    Tabellion tabellion = mesh.tabellion();
    common.put("filters-off", fill("exempt", Map.of()));
    common.put("tabellion-host", tabellion.host());
    common.put("tabellion-port", tabellion.port().toString());
    common.put("tabellion-service", tabellion.service().text());
    common.put("tabellion-namespace", tabellion.namespace().text());
    common.put("trust-domain", tabellion.trustDomain().text());
    Gateway gateway = mesh.gateway();
    if (gateway != null) {
      common.put("gateway", gateway.name().text());
      common.put("gateway-namespace", gateway.namespace().text());
      common.put("gateway-account", gateway.accountName());
      common.put("gateway-labels", gateway.podLabels().yaml());
      common.put("credential", gateway.credentialName());
      common.put("host", gateway.host().text());
    }
    Tokens tokens = mesh.tokens();
    if (tokens != null) {
      common.put("issuer", tokens.issuer().text());
      common.put("jwks", tokens.jwksUri() == null ? "" : "jwksUri: " + tokens.jwksUri());
      common.put("jwks-uri", String.valueOf(tokens.jwksUri()));
      common.put("request-principals", quoted(tokens.issuer() + "/*"));
    }
  }

  /** Returns the manifests, those of what is shared first, then server by server. */
  public static List<Manifest> of(Mesh mesh) {
    return new Attachment(mesh).manifests();
  }

  private List<Manifest> manifests() {
    List<Manifest> made = new ArrayList<>();
    mesh.closedNamespaces().forEach(namespace -> made.add(closed(namespace)));
    if (!at(Place.GATEWAY).isEmpty()) {
      made.addAll(gateway());
    }
    if (!at(Place.EGRESS).isEmpty()) {
      made.addAll(egress());
    }
    if (!at(Place.ENVOY_GATEWAY).isEmpty()) {
      made.addAll(envoyGateway());
    }
    mesh.servers().forEach(server -> made.addAll(server(server)));
    return made;
  }

  private List<McpServer> at(Place place) {
    return mesh.servers().stream().filter(server -> server.to() == place).toList();
  }

  private List<Manifest> server(McpServer server) {
    return switch (server.to()) {
      case SIDECAR -> sidecar(server);
      case WAYPOINT -> waypoint(server);
      case EGRESS -> behindEgress(server);
      case GATEWAY -> behindGateway(server);
      case ENVOY_GATEWAY -> behindEnvoyGateway(server);
    };
  }

  // --- sidecar ---

  private List<Manifest> sidecar(McpServer server) {
    Map<String, String> values = values(server);
    String selection = selector(server.podLabels());
    String port = "portNumber: " + server.port() + ", ";
    values.put("about", "Tabellion in the sidecar of the MCP server " + server.name() + ".");
    values.put("selection", selection);
    values.put("target", "selector: { matchLabels: " + server.podLabels().yaml() + " }");
    values.put("match", match("SIDECAR_INBOUND", port + BEFORE_ROUTER));
    values.put("ext-proc", extProc("sidecar", server.name().text(), CERTIFICATE));
    String filters = fill("filters", values);
    // No port: whatever port of these pods somebody calls.
    values.put("match", match("SIDECAR_INBOUND", BEFORE_ROUTER));
    values.put("guard", guard(Filters.GUARD, server.exemptPorts()));
    String closed = fill("closed", values);
    values.put("match", match("SIDECAR_INBOUND", port + HCM_FILTER.formatted("")));
    return List.of(
        manifest(server, Part.AUTHENTICATION, fill("peer", values), signIn(server, values)),
        manifest(server, Part.ROUTES, fill("service-route", values)),
        manifest(server, Part.FILTERS, filters),
        manifest(server, Part.CLOSED, closed));
  }

  private Manifest closed(ClosedNamespace namespace) {
    Map<String, String> values = new HashMap<>(common);
    values.put(
        "about",
        "Closes the namespace %s: every HTTP port of every pod with a sidecar, whatever its labels."
            .formatted(namespace.name()));
    values.put("name", "those of a server");
    values.put("closed-name", "tabellion-closed");
    values.put("namespace", namespace.name().text());
    values.put("priority", "30");
    values.put("selection", "");
    values.put("match", match("SIDECAR_INBOUND", BEFORE_ROUTER));
    values.put("guard", guard(Filters.CLOSED, namespace.exemptPorts()));
    return new Manifest("namespace-" + namespace.name(), Part.CLOSED, fill("closed", values));
  }

  // --- waypoint ---

  private List<Manifest> waypoint(McpServer server) {
    Map<String, String> values = values(server);
    String target =
        "targetRefs: [ { group: gateway.networking.k8s.io, kind: Gateway, name: %s } ]"
            .formatted(server.waypointName());
    String listener = "name: main_internal, ";
    values.put("about", "Tabellion in the waypoint of the MCP server " + server.name() + ".");
    values.put("target", target);
    values.put(
        "selection",
        """
        # Kind Gateway (or, from the root namespace, GatewayClass istio-waypoint). Kind Service and selectors do nothing, silently.
        """
            + target);
    // Without the listener's name ours also lands in the tunnel's listener and sees raw bytes. A
    // portNumber never matches.
    values.put("match", match("SIDECAR_INBOUND", listener + BEFORE_ROUTER));
    values.put(
        "ext-proc",
        extProc(
            "waypoint", server.name().text(), "\n- \"filter_state['io.istio.peer_principal']\""));
    values.put("guard", guard(Filters.GUARD, List.of()));
    String filters = fill("filters", values);
    String closed = fill("closed", values);
    values.put("match", match("SIDECAR_INBOUND", listener + HCM_FILTER.formatted("")));
    String only = fill("only-waypoint", values);
    values.put("exempt", "");
    return List.of(
        manifest(server, Part.AUTHENTICATION, fill("peer", values), only, signIn(server, values)),
        manifest(server, Part.ROUTES, fill("waypoint", values), fill("service-route", values)),
        manifest(server, Part.FILTERS, filters),
        manifest(server, Part.CLOSED, closed));
  }

  // --- gateways of Istio ---

  private Map<String, String> proxy(
      String listener, DnsLabel name, DnsLabel namespace, Labels labels) {
    Map<String, String> values = new HashMap<>(common);
    values.put("about", "Tabellion in the gateway " + name + ", for all its MCP servers.");
    values.put("name", "tabellion-" + name);
    values.put("closed-name", "tabellion-closed-" + name);
    values.put("namespace", namespace.text());
    values.put("priority", "20");
    values.put("selection", selector(labels));
    values.put("match", match("GATEWAY", BEFORE_ROUTER));
    values.put("answer-guard", fill("answer-guard", Map.of()));
    values.put("ext-proc", extProc(listener, "", CERTIFICATE));
    values.put("guard", guard(Filters.GUARD, List.of()));
    return values;
  }

  private List<Manifest> egress() {
    Egress egress = mesh.egress();
    Map<String, String> values =
        proxy("egress", egress.name(), egress.namespace(), egress.podLabels());
    String owner = "gateway-" + egress.name();
    return List.of(
        new Manifest(owner, Part.FILTERS, fill("filters", values)),
        new Manifest(owner, Part.CLOSED, fill("closed", values)));
  }

  private List<Manifest> behindEgress(McpServer server) {
    Egress egress = mesh.egress();
    Map<String, String> values = values(server);
    values.put("namespace", egress.namespace().text());
    values.put("egress-labels", egress.podLabels().yaml());
    values.put("egress-host", egress.host(mesh.tabellion()));
    values.put("external", String.valueOf(server.external()));
    values.put("external-port", Objects.toString(server.servicePort(), "443"));
    values.put("target", "selector: { matchLabels: " + egress.podLabels().yaml() + " }");
    values.put("exempt", "");
    return List.of(
        manifest(server, Part.AUTHENTICATION, fill("identity", values)),
        manifest(server, Part.ROUTES, fill("egress-route", values)));
  }

  private List<Manifest> gateway() {
    Gateway gateway = mesh.theGateway();
    Map<String, String> values =
        proxy("gateway", gateway.name(), gateway.namespace(), gateway.podLabels());
    values.put("gateway-class", text(gateway.className(), "istio"));
    String filters = fill("filters", values);
    String closed = fill("closed", values);
    values.put("name", gateway.name().text());
    values.put("match", match("GATEWAY", HCM_FILTER.formatted("")));
    values.put("origin", "https://" + gateway.host());
    values.put("context", "GATEWAY");
    values.put("metadata-routes", fill("well-known-route", values));
    String kind = gateway.kind() == Gateway.Kind.ISTIO ? "istio-gateway" : "api-gateway";
    String owner = "gateway-" + gateway.name();
    return List.of(
        new Manifest(owner, Part.AUTHENTICATION, fill("sign-in", values)),
        new Manifest(owner, Part.ROUTES, fill(kind, values)),
        new Manifest(owner, Part.FILTERS, filters),
        new Manifest(owner, Part.CLOSED, closed));
  }

  private List<Manifest> behindGateway(McpServer server) {
    Gateway gateway = mesh.theGateway();
    Map<String, String> values = values(server);
    String only = fill("only-gateway", values);
    boolean istio = gateway.kind() == Gateway.Kind.ISTIO;
    values.put("selection", selector(gateway.podLabels()));
    values.put("namespace", gateway.namespace().text());
    values.put(
        "target",
        istio
            ? "selector: { matchLabels: " + gateway.podLabels().yaml() + " }"
            : "targetRefs: [ { group: gateway.networking.k8s.io, kind: Gateway, name: %s } ]"
                .formatted(gateway.name()));
    values.put(
        "only",
        """
        to: [ { operation: { paths: [ %s ] } } ]
        when: [ { key: "request.auth.audiences", values: [ %s ] } ]\
        """
            .formatted(server.clientPath(), audiences(server)));
    values.put("exempt", "");
    List<Manifest> made = new ArrayList<>();
    values.put("metadata-route", fill("metadata-route", values));
    made.add(
        manifest(
            server, Part.AUTHENTICATION, only, fill("token", values), fill("metadata", values)));
    values.put("namespace", server.namespace().text());
    made.add(manifest(server, Part.ROUTES, fill(istio ? "istio-route" : "api-route", values)));
    if (!istio) {
      made.add(manifest(server, Part.FILTERS, fill("api-route-patch", values)));
    }
    return made;
  }

  // --- Envoy Gateway ---

  private List<Manifest> envoyGateway() {
    Gateway gateway = mesh.theGateway();
    Map<String, String> values = new HashMap<>(common);
    values.put("about", "Tabellion in the gateway " + gateway.name() + " of Envoy Gateway.");
    values.put("guard", guard(Filters.GUARD, List.of()));
    values.put("gateway-class", text(gateway.className(), "eg"));
    String owner = "gateway-" + gateway.name();
    return List.of(
        new Manifest(owner, Part.ROUTES, fill("api-gateway", values)),
        new Manifest(owner, Part.CLOSED, fill("eg-closed", values)));
  }

  private List<Manifest> behindEnvoyGateway(McpServer server) {
    Map<String, String> values = values(server);
    values.put("about", "Tabellion before the MCP server " + server.name() + ", in Envoy Gateway.");
    return List.of(
        manifest(server, Part.AUTHENTICATION, fill("eg-authentication", values)),
        manifest(server, Part.ROUTES, fill("api-route", values)),
        manifest(server, Part.FILTERS, fill("eg-filters", values)));
  }

  // --- what places have in common ---

  private Map<String, String> values(McpServer server) {
    String host = server.host(mesh.tabellion());
    boolean shared = server.to().shared();
    String origin =
        shared
            ? "https://" + mesh.theGateway().host()
            : "http://" + host + ":" + server.portOfService();
    Map<String, String> values = new HashMap<>(common);
    values.put("server", server.name().text());
    values.put("name", "tabellion-" + server.name());
    values.put("closed-name", "tabellion-closed-" + server.name());
    values.put("priority", "20");
    values.put("namespace", server.namespace().text());
    values.put("labels", server.podLabels().yaml());
    values.put("service", server.serviceName().text());
    values.put("service-host", host);
    values.put("service-port", server.portOfService().toString());
    values.put("path", server.path().text());
    values.put("public-path", server.clientPath());
    values.put("waypoint", server.waypointName());
    values.put("origin", origin);
    values.put("resource", origin + server.clientPath());
    values.put("metadata-path", "/.well-known/oauth-protected-resource" + server.clientPath());
    values.put("well-known", "/.well-known/*, " + quoted(server.clientPath() + "/.well-known/*"));
    values.put("audiences", audiences(server));
    values.put("context", shared ? "GATEWAY" : "SIDECAR_INBOUND");
    values.put("only", "");
    values.put("exempt", exemptRule(server.exemptPorts()));
    values.put("answer-guard", fill("answer-guard", Map.of()));
    return values;
  }

  /** What asks callers who they are: tokens where an issuer is given, else certificates. */
  private String signIn(McpServer server, Map<String, String> values) {
    if (mesh.tokens() == null) {
      return fill("identity", values);
    }
    Map<String, String> named = new HashMap<>(values);
    named.put("name", server.name().text());
    named.put("metadata-routes", fill("well-known-route", values) + fill("metadata-route", values));
    return fill("token", values) + "---\n" + fill("sign-in", named);
  }

  private String audiences(McpServer server) {
    if (server.audiences().isEmpty()) {
      String origin =
          server.to().shared()
              ? "https://" + mesh.theGateway().host()
              : "http://" + server.host(mesh.tabellion()) + ":" + server.portOfService();
      return quoted(origin + server.clientPath());
    }
    return server.audiences().stream()
        .map(audience -> quoted(audience.text()))
        .collect(Collectors.joining(", "));
  }

  /**
   * @param server the name of the MCP server; empty where the route's name says it
   */
  private String extProc(String listener, String server, String attributes) {
    boolean named = !server.isEmpty();
    Map<String, String> values = new HashMap<>(common);
    values.put(
        "metadata",
        (named
                ? """
                # Which of the server's `listeners` says how callers are known here; and, because the route is called "default",
                # which MCP server it is.
                """
                : "# Which of the server's `listeners` says how callers are known here.\n")
            + "initial_metadata: [ { key: x-tabellion-listener, value: %s }%s ]"
                .formatted(
                    listener, named ? ", { key: x-tabellion-server, value: " + server + " }" : ""));
    values.put("attributes", "- xds.route_name\n- request.id\n- source.address" + attributes);
    return fill("ext-proc", values);
  }

  private static String guard(String name, List<Port> exempt) {
    String ports =
        exempt.isEmpty()
            ? ""
            : """
            # Ports that may be called unjudged.
            exempt:
              permissions: [ %s ]
              principals: [ { any: true } ]\
            """
                .formatted(
                    exempt.stream()
                        .map(port -> "{ destination_port: " + port + " }")
                        .collect(Collectors.joining(", ")));
    return fill("guard", Map.of("guard", name, "exempt", ports));
  }

  private static String exemptRule(List<Port> exempt) {
    return exempt.isEmpty()
        ? ""
        : "- to: [ { operation: { ports: [ %s ] } } ]      # exempt"
            .formatted(
                exempt.stream()
                    .map(port -> quoted(port.toString()))
                    .collect(Collectors.joining(", ")));
  }

  private static String match(String context, String listener) {
    return "{ context: %s, listener: { %s } }".formatted(context, listener);
  }

  private static String selector(Labels labels) {
    return "workloadSelector: { labels: " + labels.yaml() + " }";
  }

  private static String text(@Nullable DnsLabel given, String standard) {
    return Objects.toString(given, standard);
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private static String fill(String template, Map<String, String> values) {
    return Template.of(template).with(values);
  }

  private static Manifest manifest(McpServer server, Part part, String... documents) {
    return new Manifest(server.name().text(), part, String.join("---\n", documents));
  }
}
