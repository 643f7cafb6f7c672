package io.tabellion.mesh.check;

import com.google.protobuf.ByteString;
import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Place;
import io.tabellion.yaml.Problem;
import io.tabellion.yaml.Yaml;
import io.tabellion.yaml.YamlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one Envoy itself says it does: the answer of its {@code /config_dump}. Manifests show what
 * is asked for; this shows what is.
 */
public final class ConfigDump {
  /** Listeners of Istio's own: metrics, health. They lead to no workload. */
  private static final Set<Integer> ISTIO = Set.of(15_090, 15_021, 15_020);

  private final String source;
  private final Set<Integer> only;
  private final List<Yaml> configs;
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> ways = new ArrayList<>();

  private ConfigDump(String source, Set<Integer> only, List<Yaml> configs) {
    this.source = source;
    this.only = only;
    this.configs = configs;
  }

  /**
   * Returns what is wrong in a proxy.
   *
   * @param source how the file was named
   * @param only ports that carry MCP; empty for all ports of the proxy
   * @throws YamlException if it is no config dump
   */
  public static Check.Result check(String source, ByteString text, Set<Integer> only) {
    List<Yaml> documents = Documents.of(source, text);
    List<Yaml> configs =
        documents.size() == 1 ? Tree.items(documents.getFirst(), "configs") : List.of();
    if (configs.isEmpty()) {
      throw new YamlException(
          Path.of(source),
          List.of(
              new Problem(
                  Place.START,
                  "",
                  "no config dump (expected: what Envoy answers to /config_dump)")));
    }
    ConfigDump dump = new ConfigDump(source, only, configs);
    dump.check();
    return new Check.Result(dump.name(), dump.ways, Check.sorted(dump.findings));
  }

  private Stream<Yaml> dumps(String type) {
    return configs.stream()
        .filter(config -> Tree.text(config, "@type").endsWith("." + type + "ConfigDump"));
  }

  private String name() {
    return dumps("Bootstrap")
        .map(dump -> Tree.text(dump, "bootstrap", "node", "id"))
        .filter(id -> !id.isEmpty())
        .findFirst()
        .orElse(source);
  }

  private void check() {
    version();
    accepted();
    int before = ways.size();
    listeners().forEach(this::listener);
    if (ways.size() == before && findings.stream().noneMatch(ConfigDump::uncovered)) {
      say(
          Severity.OPEN,
          Rule.NO_ATTACHMENT,
          configs.getFirst(),
          "No listener of this proxy has our filters.",
          "Attach them with ./tabellion mesh attach.");
    }
  }

  private static boolean uncovered(Finding finding) {
    return finding.rule() == Rule.PORT_NOT_COVERED;
  }

  private void version() {
    Optional<Yaml> version =
        dumps("Bootstrap")
            .flatMap(dump ->
                Tree.at(dump, "bootstrap", "node", "user_agent_build_version", "version").stream())
            .findFirst();
    if (version.isEmpty()) {
      say(
          Severity.UNPROVED,
          Rule.OLD_ENVOY,
          configs.getFirst(),
          "The dump does not say which version of Envoy this is.",
          "Dump the whole configuration: /config_dump without a mask.");
      return;
    }
    int major = Tree.number(version.get(), "major_number");
    int minor = Tree.number(version.get(), "minor_number");
    if (major == 1 && minor < Versions.FIRST_ENVOY) {
      say(
          Severity.BROKEN,
          Rule.OLD_ENVOY,
          version.get(),
          "Envoy %d.%d is too old: the answer guard turns Envoy's own 401 and 403 into 503."
              .formatted(major, minor),
          "Take Envoy 1.%d or newer (Istio 1.%d)."
              .formatted(Versions.FIRST_ENVOY, Versions.FIRST_ISTIO));
    }
  }

  private void accepted() {
    Stream.of("Listeners", "Clusters", "Routes")
        .flatMap(this::dumps)
        .flatMap(Tree::all)
        .flatMap(node -> Tree.at(node, "error_state").stream())
        .forEach(state ->
            say(
                Severity.OPEN,
                Rule.NOT_ACCEPTED,
                state,
                "Envoy refused an update and keeps the one before: %s"
                    .formatted(Tree.text(state, "details")),
                "Mend what it refuses; istiod logs it too."));
  }

  private Stream<Yaml> listeners() {
    return dumps("Listeners")
        .flatMap(dump ->
            Stream.concat(
                Tree.items(dump, "static_listeners").stream()
                    .flatMap(each -> Tree.at(each, "listener").stream()),
                Tree.items(dump, "dynamic_listeners").stream()
                    .flatMap(each -> Tree.at(each, "active_state", "listener").stream())));
  }

  private void listener(Yaml listener) {
    int port = Tree.number(listener, "address", "socket_address", "port_value");
    boolean outbound =
        Tree.text(listener, "traffic_direction").equals("OUTBOUND")
            && !Tree.text(listener, "name").equals(Proxy.Kind.WAYPOINT.listener());
    String name = Tree.text(listener, "name");
    boolean tunnel = name.equals("connect_terminate") || name.equals("connect_originate");
    if ((outbound && !gateway()) || tunnel || ISTIO.contains(port)) {
      return;
    }
    Stream.concat(
            Tree.items(listener, "filter_chains").stream(),
            Tree.at(listener, "default_filter_chain").stream())
        .forEach(chain -> chain(listener, chain, port));
  }

  /** A gateway's listeners are outbound in Istio's words. */
  private boolean gateway() {
    return name().startsWith("router~");
  }

  private void chain(Yaml listener, Yaml chain, int listens) {
    int inner = Tree.number(chain, "filter_chain_match", "destination_port");
    int port = inner == 0 ? listens : inner;
    boolean any = Tree.text(listener, "name").equals("virtualInbound") && inner == 0;
    boolean carriesNone = !only.isEmpty() && (any || !only.contains(port));
    if (carriesNone || (port == 15_006 && inner != 0)) {
      return; // Istio's own chain against loops; or a port that carries no MCP
    }
    String title =
        any ? "every other port" : port == 0 ? Tree.text(listener, "name") : "port " + port;
    List<Yaml> managers =
        Tree.items(chain, "filters").stream()
            .flatMap(filter -> Tree.at(filter, "typed_config").stream())
            .filter(config -> Tree.text(config, "@type").equals(Messages.url(Messages.HCM)))
            .toList();
    if (managers.isEmpty()) {
      uncovered(chain, title, "carries raw TCP, which no filter of ours sees");
    }
    managers.forEach(manager -> manager(manager, chain, title));
  }

  private void uncovered(Yaml at, String title, String why) {
    say(
        Severity.OPEN,
        Rule.PORT_NOT_COVERED,
        at,
        "%s %s.".formatted(Character.toUpperCase(title.charAt(0)) + title.substring(1), why),
        "Attach our filters. If only some ports carry MCP, name them with --port.");
  }

  private void manager(Yaml manager, Yaml chain, String title) {
    Where where = at(chain);
    List<Link> links =
        Tree.items(manager, "http_filters").stream()
            .map(filter -> new Link(Tree.text(filter, "name"), filter, at(filter)))
            .toList();
    List<String> ours = links.stream().map(Link::name).filter(Filters.ORDER::contains).toList();
    if (ours.isEmpty()) {
      uncovered(chain, title, "has no filters of ours");
      return;
    }
    ways.add(
        "%s: %s"
            .formatted(
                title,
                String.join(
                    ", ",
                    ours.stream()
                        .map(name -> name.substring(name.lastIndexOf('.') + 1))
                        .toList())));
    findings.addAll(ChainRules.check(links, where));
    links.stream().filter(link -> link.name().equals(Filters.EXT_PROC)).forEach(this::backend);
    boolean named =
        links.stream()
            .anyMatch(link -> !ExtProcRules.metadata(link, "x-tabellion-server").isEmpty());
    routes(manager)
        .forEach(table -> findings.addAll(new RouteTable(table, at(table), named).check()));
    findings.addAll(Tokens.check(links));
  }

  private Stream<Yaml> routes(Yaml manager) {
    String name = Tree.text(manager, "rds", "route_config_name");
    return name.isEmpty()
        ? Tree.at(manager, "route_config").stream()
        : dumps("Routes")
            .flatMap(dump ->
                Stream.concat(
                    Tree.items(dump, "static_route_configs").stream(),
                    Tree.items(dump, "dynamic_route_configs").stream()))
            .flatMap(each -> Tree.at(each, "route_config").stream())
            .filter(table -> Tree.text(table, "name").equals(name));
  }

  private void backend(Link link) {
    Yaml grpc = Tree.at(link.config(), "grpc_service", "envoy_grpc").orElse(link.config());
    String name = Tree.text(grpc, "cluster_name");
    if (name.startsWith("outbound|") && Tree.text(grpc, "authority").isEmpty()) {
      findings.add(
          new Finding(
              Severity.BROKEN,
              Rule.AUTHORITY,
              link.at(grpc),
              "authority is missing, so the server's sidecar gets the name of a cluster and rejects every call: 503.",
              "Write the host of the Service into authority."));
    }
    clusters()
        .filter(cluster -> Tree.text(cluster, "name").equals(name))
        .findFirst()
        .ifPresentOrElse(
            this::cluster,
            () ->
                say(
                    Severity.BROKEN,
                    Rule.CLUSTER,
                    grpc,
                    "This proxy has no cluster %s: every call is 503.".formatted(name),
                    "Add the annotation %s to the EnvoyFilter, and look for a Sidecar that leaves out our namespace."
                        .formatted(Mesh.REFERENCED)));
  }

  private Stream<Yaml> clusters() {
    return dumps("Clusters")
        .flatMap(dump ->
            Stream.of("static_clusters", "dynamic_active_clusters")
                .flatMap(list -> Tree.items(dump, list).stream()))
        .flatMap(each -> Tree.at(each, "cluster").stream());
  }

  private void cluster(Yaml cluster) {
    boolean http2 =
        Tree.has(cluster, "http2_protocol_options")
            || Tree.members(cluster, "typed_extension_protocol_options").stream()
                .flatMap(member -> Tree.all(member.value()))
                .anyMatch(node -> Tree.member(node, "http2_protocol_options").isPresent());
    if (!http2) {
      say(
          Severity.BROKEN,
          Rule.PROTOCOL,
          cluster,
          "The cluster %s does not speak HTTP/2, so every call fails."
              .formatted(Tree.text(cluster, "name")),
          "Write appProtocol: grpc at the port of the Service, or http2_protocol_options at the cluster.");
    }
    List<Yaml> thresholds = Tree.items(cluster, "circuit_breakers", "thresholds");
    long most =
        thresholds.isEmpty()
            ? 0
            : Long.parseLong("0" + Tree.text(thresholds.getFirst(), "max_requests"));
    if (most <= 1024) {
      say(
          Severity.WEAK,
          Rule.CONNECTION_POOL,
          cluster,
          "The cluster %s takes at most 1024 requests at a time. Held calls and event streams count; the rest is 503."
              .formatted(Tree.text(cluster, "name")),
          "Write a larger max_requests into its circuit_breakers, or remove the DestinationRule that limits it.");
    }
    if (Tree.has(cluster, "outlier_detection")) {
      say(
          Severity.BROKEN,
          Rule.CONNECTION_POOL,
          cluster,
          "outlier_detection takes our server out of use after some errors: then every call is 503.",
          "Remove it for this cluster.");
    }
  }

  private Where at(Yaml node) {
    return new Where(source, 1, node.place(), "");
  }

  private void say(Severity severity, Rule rule, Yaml at, String reason, String remedy) {
    findings.add(new Finding(severity, rule, at(at), reason, remedy));
  }
}
