package io.tabellion.mesh.check;

import com.google.protobuf.ByteString;
import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import io.tabellion.yaml.YamlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our rules for how a proxy reaches the server of ours that judges. */
final class BackendRules {
  private static final Pattern CLUSTER =
      Pattern.compile("outbound\\|([0-9]{1,5})\\|\\|([a-z0-9.-]+)");
  private static final String EXPORT = "networking.istio.io/exportTo";

  private final Setting setting;
  private final Proxy proxy;
  private final Link link;
  private final List<Finding> findings = new ArrayList<>();
  private String host = "";
  private int port;

  private BackendRules(Setting setting, Proxy proxy, Link link) {
    this.setting = setting;
    this.proxy = proxy;
    this.link = link;
  }

  /**
   * Returns what is wrong.
   *
   * @param principal the identity of the proxy; empty if it is not known
   */
  static List<Finding> check(Setting setting, Proxy proxy, Chain chain, String principal) {
    return chain.links().stream()
        .filter(link -> link.name().equals(Filters.EXT_PROC) && link.is(Messages.EXT_PROC))
        .findFirst()
        .map(link -> {
          BackendRules rules = new BackendRules(setting, proxy, link);
          rules.check(principal);
          return rules.findings;
        })
        .orElse(List.of());
  }

  private void check(String principal) {
    Yaml grpc =
        Tree.at(link.config(), "grpc_service", "envoy_grpc").orElse(new Yaml.Empty(at().place()));
    String name = Tree.text(grpc, "cluster_name");
    Matcher cluster = CLUSTER.matcher(name);
    if (!cluster.matches()) {
      say(
          Severity.UNPROVED,
          Rule.CLUSTER,
          link.at(at()),
          "The input does not show the cluster %s.".formatted(name.isEmpty() ? "(none)" : name),
          "Name the Service: cluster_name: \"outbound|9001||tabellion.tabellion.svc.cluster.local\".");
      return;
    }
    port = Integer.parseInt(cluster.group(1));
    host = cluster.group(2);
    authority(grpc);
    referenced();
    service(principal);
    sidecarEgress();
    limits();
  }

  private Yaml at() {
    return Tree.at(link.config(), "grpc_service").orElse(link.config());
  }

  private void authority(Yaml grpc) {
    String authority = Tree.text(grpc, "authority");
    if (!authority.equals(host) && !authority.startsWith(host + ":")) {
      say(
          Severity.BROKEN,
          Rule.AUTHORITY,
          link.at(grpc),
          authority.isEmpty()
              ? "authority is missing, so the server's sidecar gets the name of a cluster and rejects every call: 503."
              : "authority is %s, which is not the host of the cluster.".formatted(authority),
          "Write authority: %s.".formatted(host));
    }
  }

  private String namespace() {
    String[] parts = host.split("\\.", -1);
    return parts.length > 1 ? parts[1] : "";
  }

  private void referenced() {
    if (proxy.kind() == Proxy.Kind.SIDECAR) {
      return;
    }
    boolean named =
        filters()
            .map(filter -> filter.annotations().getOrDefault(Mesh.REFERENCED, ""))
            .flatMap(text -> List.of(text.split("\\s*,\\s*", -1)).stream())
            .anyMatch(service -> service.equals(host) || service.endsWith("/" + host));
    if (!named) {
      say(
          proxy.kind() == Proxy.Kind.WAYPOINT ? Severity.BROKEN : Severity.WEAK,
          Rule.CLUSTER,
          link.where(),
          proxy.kind() == Proxy.Kind.WAYPOINT
              ? "A waypoint does not have the cluster of %s: every call is 503.".formatted(host)
              : "A gateway does not have the cluster of %s where PILOT_FILTER_GATEWAY_CLUSTER_CONFIG is true: every call is 503."
                  .formatted(host),
          "Add the annotation %s: \"%s/%s\".".formatted(Mesh.REFERENCED, namespace(), host));
    }
  }

  /** The EnvoyFilters that put our ext_proc filter here. */
  private java.util.stream.Stream<Resource> filters() {
    return setting
        .ourPatches()
        .filter(patch -> patch.name().equals(Filters.EXT_PROC) && patch.reaches(proxy))
        .map(Patch::filter)
        .distinct();
  }

  private void service(String principal) {
    String name = host.split("\\.", -1)[0];
    Optional<Resource> found = setting.inputs().named("Service", namespace(), name);
    if (found.isEmpty()) {
      say(
          Severity.UNPROVED,
          Rule.CLUSTER,
          link.at(at()),
          "The Service of %s is not in the input, so nothing shows that calls can be judged."
              .formatted(host),
          "Check the manifests of Tabellion itself too.");
      return;
    }
    Resource service = found.get();
    Optional<Yaml> ours =
        Tree.items(service.spec(), "ports").stream()
            .filter(each -> Tree.number(each, "port") == port)
            .findFirst();
    if (ours.isEmpty()) {
      say(
          Severity.BROKEN,
          Rule.CLUSTER,
          service.where(),
          "%s has no port %d.".formatted(service, port),
          "Name the port in the Service, or another in cluster_name.");
      return;
    }
    protocol(service, ours.get());
    exported(service);
    account(service, principal);
    listener();
  }

  private void protocol(Resource service, Yaml ours) {
    String application = Tree.text(ours, "appProtocol");
    String name = Tree.text(ours, "name");
    boolean http2 =
        application.isEmpty()
            ? name.matches("(grpc|http2)(-.*)?")
            : application.matches("grpc|http2|kubernetes\\.io/h2c");
    if (!http2) {
      say(
          Severity.BROKEN,
          Rule.PROTOCOL,
          service.where().at(ours),
          "Port %d is %s, so the mesh does not speak HTTP/2 to it and every call fails."
              .formatted(
                  port,
                  application.isEmpty()
                      ? "called " + (name.isEmpty() ? "nothing" : name) + " and has no appProtocol"
                      : "appProtocol " + application),
          "Write appProtocol: grpc.");
    }
  }

  private void exported(Resource service) {
    String to = service.annotations().getOrDefault(EXPORT, "*");
    List<String> names = List.of(to.split("\\s*,\\s*", -1));
    boolean same = names.contains(".") && service.namespace().equals(proxy.namespace());
    if (!names.contains("*") && !names.contains(proxy.namespace()) && !same) {
      say(
          Severity.BROKEN,
          Rule.CLUSTER,
          service.where(),
          "%s is %s, so proxies in namespace %s do not have its cluster."
              .formatted(EXPORT, to, proxy.namespace()),
          "Add the namespace, or remove the annotation.");
    }
  }

  private void account(Resource service, String principal) {
    Workload pods = pods(service);
    List<Resource> policies = setting.authorizations();
    switch (Access.to(pods, target(service), policies)) {
      case Access.Nobody _ ->
          say(
              Severity.BROKEN,
              Rule.PROXY_ACCOUNT,
              first(policies, pods),
              "No AuthorizationPolicy of %s lets anybody call port %d.".formatted(service, port),
              name(principal));
      case Access.Only only -> {
        boolean named =
            only.principals().stream().anyMatch(one -> Principals.matches(one, principal));
        if (!named) {
          notNamed(principal, first(policies, pods));
        }
      }
      case Access.Anybody _ ->
          say(
              Severity.WEAK,
              Rule.PROXY_ACCOUNT,
              service.where(),
              "Every workload of the mesh may call port %d of %s, and write entries in anybody's name."
                  .formatted(port, service),
              "Add an AuthorizationPolicy that lets only proxies of MCP servers call it.");
    }
  }

  private void notNamed(String principal, Where policy) {
    if (principal.isEmpty()) {
      say(
          Severity.UNPROVED,
          Rule.PROXY_ACCOUNT,
          policy,
          "The input does not show with which account the %s calls.".formatted(proxy),
          "Check the gateway's Deployment too.");
      return;
    }
    say(
        Severity.BROKEN,
        Rule.PROXY_ACCOUNT,
        policy,
        "The AuthorizationPolicy does not let %s call port %d, so every call is 503."
            .formatted(principal, port),
        name(principal));
  }

  private static String name(String principal) {
    return "Add %s to its principals.".formatted(principal);
  }

  private static Where first(List<Resource> policies, Workload pods) {
    return policies.stream()
        .filter(policy -> Access.selects(policy, pods))
        .map(Resource::where)
        .findFirst()
        .orElse(pods.resource().where());
  }

  /** The pods of our server; if the input has none, what its Service selects. */
  private Workload pods(Resource service) {
    return setting.inputs().workloads(service.namespace()).stream()
        .filter(found -> Servers.selects(service, found))
        .findFirst()
        .orElseGet(() ->
            new Workload(
                service,
                Tree.labels(service.spec(), "selector"),
                Map.of(),
                new Yaml.Empty(service.root().place())));
  }

  private int target(Resource service) {
    return ServicePort.of(setting.inputs(), pods(service)).stream()
        .filter(found -> found.number() == port && found.service().equals(service))
        .mapToInt(ServicePort::target)
        .findFirst()
        .orElse(port);
  }

  /** The listener that the filter names must be one of the server's. */
  private void listener() {
    String wanted = ExtProcRules.metadata(link, "x-tabellion-listener");
    for (Resource map : setting.inputs().in("ConfigMap", namespace()).toList()) {
      Optional<Yaml> file = Tree.at(map.root(), "data", "tabellion.yaml");
      if (file.isPresent() && file.get() instanceof Yaml.Scalar text) {
        List<String> names = listeners(text.text());
        if (!names.isEmpty() && !wanted.isEmpty() && !names.contains(wanted)) {
          say(
              Severity.BROKEN,
              Rule.METADATA,
              map.where().at(text),
              "The server has no listener %s (found: %s), so it refuses every call."
                  .formatted(wanted, String.join(", ", names)),
              "Add the listener to the server's configuration.");
        }
      }
    }
  }

  private static List<String> listeners(String text) {
    try {
      return Documents.of("tabellion.yaml", ByteString.copyFromUtf8(text)).stream()
          .flatMap(root -> Tree.items(root, "listeners").stream())
          .map(listener -> Tree.text(listener, "name"))
          .toList();
    } catch (YamlException e) {
      return List.of();
    }
  }

  private void sidecarEgress() {
    if (proxy.kind() == Proxy.Kind.WAYPOINT) {
      return;
    }
    Optional<Resource> limits =
        setting.inputs().of("Sidecar").stream()
            .filter(sidecar -> isFor(sidecar))
            .min(
                java.util.Comparator.comparingInt(
                    sidecar -> Tree.has(sidecar.spec(), "workloadSelector") ? 0 : 1));
    limits
        .filter(sidecar -> !Tree.items(sidecar.spec(), "egress").isEmpty())
        .filter(sidecar -> !egress(sidecar))
        .ifPresent(sidecar ->
            say(
                Severity.BROKEN,
                Rule.CLUSTER,
                Tree.at(sidecar.spec(), "egress").map(sidecar.where()::at).orElse(sidecar.where()),
                "This Sidecar leaves out namespace %s, so the proxy does not have our cluster: every call is 503."
                    .formatted(namespace()),
                "Add %s/* to its egress hosts.".formatted(namespace())));
  }

  private boolean isFor(Resource sidecar) {
    Map<String, String> selector = Tree.labels(sidecar.spec(), "workloadSelector", "labels");
    boolean here = sidecar.namespace().equals(proxy.namespace());
    boolean root = sidecar.namespace().equals(Mesh.ROOT) && selector.isEmpty();
    boolean gateway = proxy.kind() == Proxy.Kind.GATEWAY;
    return !gateway && (root || (here && Labels.select(selector, proxy.labels())));
  }

  private boolean egress(Resource sidecar) {
    return Tree.items(sidecar.spec(), "egress").stream()
        .flatMap(egress -> Tree.texts(egress, "hosts").stream())
        .anyMatch(entry -> {
          int slash = entry.indexOf('/');
          String in = slash < 0 ? "*" : entry.substring(0, slash);
          String name = entry.substring(slash + 1);
          boolean space =
              in.equals("*")
                  || in.equals(namespace())
                  || (in.equals(".") && proxy.namespace().equals(namespace()));
          return space && (name.equals("*") || Principals.matches(name, host));
        });
  }

  private void limits() {
    for (Resource rule : setting.inputs().of("DestinationRule")) {
      String of = Hosts.full(Tree.text(rule.spec(), "host"), rule.namespace());
      boolean ours = of.startsWith("*") ? host.endsWith(of.substring(1)) : of.equals(host);
      Tree.at(rule.spec(), "trafficPolicy").filter(_ -> ours).ifPresent(it -> policy(rule, it));
    }
  }

  private void policy(Resource rule, Yaml policy) {
    for (String key : List.of("connectionPool", "outlierDetection")) {
      Tree.at(policy, key)
          .ifPresent(at ->
              say(
                  Severity.BROKEN,
                  Rule.CONNECTION_POOL,
                  rule.where().at(at),
                  "%s limits connections to Tabellion. Held calls and event streams count, and what is over the limit is 503."
                      .formatted(key),
                  "Remove %s for this host.".formatted(key)));
    }
    if (Tree.text(policy, "tls", "mode").equals("DISABLE")) {
      say(
          Severity.BROKEN,
          Rule.CLUSTER,
          rule.where().at(policy),
          "tls: { mode: DISABLE } has the proxy speak in the clear, which STRICT mTLS refuses.",
          "Remove tls for this host.");
    }
  }

  private void say(Severity severity, Rule rule, Where where, String reason, String remedy) {
    findings.add(new Finding(severity, rule, where, reason, remedy));
  }
}
