package io.tabellion.cli.mesh;

import io.tabellion.cli.audit.CliException;
import io.tabellion.mesh.attach.Mesh;
import io.tabellion.yaml.Place;
import io.tabellion.yaml.Problem;
import io.tabellion.yaml.Yaml;
import io.tabellion.yaml.YamlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One MCP server by options: a file of kind Mesh that nobody has to write. */
final class MeshOptions {
  /** Which option is meant by which path of keys. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("servers[0].name", "--server"),
          Map.entry("servers[0].to", "--to"),
          Map.entry("servers[0].namespace", "--namespace"),
          Map.entry("closedNamespaces[0].name", "--namespace"),
          Map.entry("closedNamespaces[0].exemptPorts", "--exempt-port"),
          Map.entry("servers[0].labels", "--label"),
          Map.entry("servers[0].port", "--port"),
          Map.entry("servers[0].service", "--service"),
          Map.entry("servers[0].servicePort", "--service-port"),
          Map.entry("servers[0].path", "--path"),
          Map.entry("servers[0].publicPath", "--public-path"),
          Map.entry("servers[0].exemptPorts", "--exempt-port"),
          Map.entry("servers[0].audiences", "--audience"),
          Map.entry("servers[0].waypoint", "--waypoint"),
          Map.entry("servers[0].external", "--external"),
          Map.entry("egress.name", "--gateway"),
          Map.entry("egress.namespace", "--gateway-namespace"),
          Map.entry("tokens.issuer", "--issuer"),
          Map.entry("tokens.jwksUri", "--jwks-uri"),
          Map.entry("gateway.kind", "--gateway-kind"),
          Map.entry("gateway.name", "--gateway"),
          Map.entry("gateway.namespace", "--gateway-namespace"),
          Map.entry("gateway.host", "--host"),
          Map.entry("gateway.credential", "--credential"),
          Map.entry("tabellion.namespace", "--tabellion-namespace"),
          Map.entry("tabellion.trustDomain", "--trust-domain"));

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "The MCP server, as policies and the audit log call it.")
  private String server = "";

  @Option(
      names = "--to",
      paramLabel = "PLACE",
      description =
          "Where the filters stand: sidecar, gateway (of Istio), egress (to a server outside the"
              + " mesh), waypoint (ambient), envoy-gateway.")
  private String place = "";

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Namespace of the MCP server (default: mcp-servers).")
  private String namespace = "";

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description =
          "A label that the server's pods have and no others; may be repeated (default: app=NAME).")
  private Map<String, String> labels = Map.of();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the CONTAINER, not of the Service (default: 8080).")
  private String port = "";

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "The server's Service (default: the name of the server).")
  private String service = "";

  @Option(
      names = "--service-port",
      paramLabel = "PORT",
      description = "Port of the Service (default: as --port).")
  private String servicePort = "";

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "Where the server serves MCP (default: /mcp).")
  private String path = "";

  @Option(
      names = "--public-path",
      paramLabel = "PATH",
      description = "Its path at a gateway (default: /NAME/mcp).")
  private String publicPath = "";

  @Option(
      names = "--exempt-port",
      paramLabel = "PORT",
      description =
          "Another port of the container that may be called unjudged, such as metrics; may be"
              + " repeated.")
  private List<String> exemptPorts = List.of();

  @Option(
      names = "--close-namespace",
      description =
          "Also refuse what Tabellion did not judge in ALL pods of the namespace, whatever their"
              + " labels. For namespaces that have MCP servers and nothing else.")
  private boolean closeNamespace;

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      description =
          "Who issues the callers' tokens. Without it callers are known by their mesh certificates"
              + " alone; needed at gateways.")
  private String issuer = "";

  @Option(
      names = "--jwks-uri",
      paramLabel = "URL",
      description = "Where the issuer's keys are (default: as its metadata say).")
  private String jwksUri = "";

  @Option(
      names = "--audience",
      paramLabel = "URL",
      description = "Who a token must be for; may be repeated (default: the server's own URL).")
  private List<String> audiences = List.of();

  @Option(
      names = "--waypoint",
      paramLabel = "NAME",
      description = "Name of the waypoint (default: NAME-waypoint).")
  private String waypoint = "";

  @Option(
      names = "--external",
      paramLabel = "HOST",
      description =
          "The server outside the mesh, for egress; TLS, on --service-port (default: 443).")
  private String external = "";

  @Option(
      names = "--gateway",
      paramLabel = "NAME",
      description = "The gateway (default: mcp-gateway; for egress mcp-egress).")
  private String gateway = "";

  @Option(
      names = "--gateway-kind",
      paramLabel = "KIND",
      description = "istio or gateway-api (default: istio).")
  private String gatewayKind = "";

  @Option(
      names = "--gateway-namespace",
      paramLabel = "NAME",
      description = "Its namespace (default: mcp-gateway; for egress mcp-egress).")
  private String gatewayNamespace = "";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Under which clients reach the gateway. Needed at gateways.")
  private String host = "";

  @Option(
      names = "--credential",
      paramLabel = "NAME",
      description = "The Secret with the gateway's TLS certificate (default: GATEWAY-tls).")
  private String credential = "";

  @Option(
      names = "--tabellion-namespace",
      paramLabel = "NAME",
      description = "Where the Tabellion server runs (default: tabellion).")
  private String tabellionNamespace = "";

  @Option(
      names = "--trust-domain",
      paramLabel = "DOMAIN",
      description = "Of the mesh's certificates (default: cluster.local).")
  private String trustDomain = "";

  /** Whether any of them was given. */
  boolean any() {
    return !closedNamespaces().items().isEmpty()
        || !server().members().isEmpty()
        || !gateway().members().isEmpty()
        || !tokens().members().isEmpty()
        || !tabellion().members().isEmpty();
  }

  /**
   * Returns what they say.
   *
   * @throws CliException with what is wrong, by the name of the option
   */
  Mesh mesh() {
    if (server.isEmpty() || place.isEmpty()) {
      throw new CliException(
          "%s is missing (expected: --server NAME --to PLACE, or --file FILE)"
              .formatted(server.isEmpty() ? "--server NAME" : "--to PLACE"));
    }
    boolean atGateway = place.equals("gateway") || place.equals("envoy-gateway");
    expect(atGateway && host.isEmpty(), "--host HOST", "under which clients reach the gateway");
    expect(atGateway && issuer.isEmpty(), "--issuer URL", "who issues the callers' tokens");
    expect(place.equals("egress") && external.isEmpty(), "--external HOST", "the server outside");
    expect(
        place.equals("envoy-gateway") && jwksUri.isEmpty(),
        "--jwks-uri URL",
        "where the issuer's keys are");
    List<Yaml.Member> members = new ArrayList<>();
    add(members, "apiVersion", Mesh.API_VERSION);
    add(members, "kind", Mesh.KIND);
    add(members, "tabellion", tabellion());
    if (!tokens().members().isEmpty()) {
      add(members, "tokens", tokens());
    }
    if (!gateway().members().isEmpty()) {
      add(members, place.equals("egress") ? "egress" : "gateway", gateway());
    }
    add(members, "closedNamespaces", closedNamespaces());
    add(members, "servers", new Yaml.Sequence(Place.NOWHERE, List.of(server())));
    try {
      return Mesh.of(Path.of("options"), new Yaml.Mapping(Place.NOWHERE, members));
    } catch (YamlException e) {
      throw new CliException(
          e.problems().stream().map(MeshOptions::typed).collect(Collectors.joining("\n")), e);
    }
  }

  private static void expect(boolean missing, String option, String what) {
    if (missing) {
      throw new CliException("%s is missing (expected: %s)".formatted(option, what));
    }
  }

  private static String typed(Problem problem) {
    String path = problem.path().replaceFirst("(exemptPorts|audiences)\\[[0-9]+]$", "$1");
    return OPTIONS.getOrDefault(path, path) + (path.isEmpty() ? "" : ": ") + problem.text();
  }

  private Yaml.Mapping tabellion() {
    List<Yaml.Member> members = new ArrayList<>();
    add(members, "namespace", tabellionNamespace);
    add(members, "trustDomain", trustDomain);
    return new Yaml.Mapping(Place.NOWHERE, members);
  }

  private Yaml.Mapping tokens() {
    List<Yaml.Member> members = new ArrayList<>();
    add(members, "issuer", issuer);
    add(members, "jwksUri", jwksUri);
    return new Yaml.Mapping(Place.NOWHERE, members);
  }

  private Yaml.Mapping gateway() {
    List<Yaml.Member> members = new ArrayList<>();
    add(members, "kind", gatewayKind);
    add(members, "name", gateway);
    add(members, "namespace", gatewayNamespace);
    add(members, "host", host);
    add(members, "credential", credential);
    return new Yaml.Mapping(Place.NOWHERE, members);
  }

  private Yaml.Mapping server() {
    List<Yaml.Member> members = new ArrayList<>();
    add(members, "name", server);
    add(members, "to", place);
    add(members, "namespace", namespace);
    add(members, "port", port);
    add(members, "service", service);
    add(members, "servicePort", servicePort);
    add(members, "path", path);
    add(members, "publicPath", publicPath);
    add(members, "waypoint", waypoint);
    add(members, "external", external);
    add(members, "exemptPorts", texts(exemptPorts));
    add(members, "audiences", texts(audiences));
    if (!labels.isEmpty()) {
      List<Yaml.Member> pairs = new ArrayList<>();
      labels.forEach((key, value) -> add(pairs, key, value));
      add(members, "labels", new Yaml.Mapping(Place.NOWHERE, pairs));
    }
    return new Yaml.Mapping(Place.NOWHERE, members);
  }

  private Yaml.Sequence closedNamespaces() {
    if (!closeNamespace) {
      return new Yaml.Sequence(Place.NOWHERE, List.of());
    }
    List<Yaml.Member> members = new ArrayList<>();
    add(members, "name", namespace.isEmpty() ? "mcp-servers" : namespace);
    add(members, "exemptPorts", texts(exemptPorts));
    return new Yaml.Sequence(Place.NOWHERE, List.of(new Yaml.Mapping(Place.NOWHERE, members)));
  }

  private static Yaml.@Nullable Sequence texts(List<String> texts) {
    return texts.isEmpty()
        ? null
        : new Yaml.Sequence(
            Place.NOWHERE,
            texts.stream().map(text -> (Yaml) new Yaml.Scalar(Place.NOWHERE, text)).toList());
  }

  private static void add(List<Yaml.Member> members, String key, String value) {
    if (!value.isEmpty()) {
      add(members, key, new Yaml.Scalar(Place.NOWHERE, value));
    }
  }

  private static void add(List<Yaml.Member> members, String key, @Nullable Yaml value) {
    if (value != null) {
      members.add(new Yaml.Member(Place.NOWHERE, key, value));
    }
  }
}
