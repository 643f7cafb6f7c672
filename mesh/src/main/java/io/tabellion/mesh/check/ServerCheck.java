package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.mesh.check.Workload.ContainerPort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Looks for ways to one MCP server, and at each of them. */
final class ServerCheck {
  private final Setting setting;
  private final McpServer server;
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> ways = new ArrayList<>();

  /** Waypoints and gateways with our filters before this server. */
  private final List<Front> covered = new ArrayList<>();

  private boolean sidecars;

  /** Whether the filter that judges stands at one of the ports. */
  private boolean judging;

  /** Whether a guard of ours stands at every port of the pods, whatever else is missing. */
  private boolean guarded = true;

  ServerCheck(Setting setting, McpServer server) {
    this.setting = setting;
    this.server = server;
  }

  Check.Result result() {
    return new Check.Result(server.toString(), ways, Check.sorted(findings));
  }

  void run() {
    List<Patch> attached = attached();
    if (server.workloads().isEmpty()) {
      noWorkload();
    }
    fronts();
    if (covered.isEmpty()) {
      attached.stream().filter(PatchRules::namesGateway).findFirst().ifPresent(this::unused);
    }
    server.workloads().forEach(pods -> workload(pods, attached));
    attached.forEach(this::patch);
    findings.addAll(RouteRules.inTheMesh(setting, server, sidecars));
    boolean shown = !server.services().isEmpty() || !server.workloads().isEmpty();
    if (!shown || !attached.isEmpty() || !covered.isEmpty() || sidecars) {
      return;
    }
    findings.removeIf(finding -> finding.rule() == Rule.PORT_NOT_COVERED);
    say(
        Severity.OPEN,
        Rule.NO_ATTACHMENT,
        server.known(),
        "No filter of ours is attached to this MCP server. Nobody judges its calls.",
        "Print what attaches it with ./tabellion mesh attach, and apply that.");
  }

  /** What a patch without effect does: behind a guard calls fail, without one they pass. */
  private void patch(Patch patch) {
    boolean closed = guarded && sidecars && !judging && !patch.name().equals(Filters.GUARD);
    PatchRules.check(setting, patch).stream()
        .map(found -> closed && found.severity() == Severity.OPEN ? found.broken() : found)
        .forEach(findings::add);
  }

  /** Patches of ours in EnvoyFilters that are meant for this server. */
  private List<Patch> attached() {
    return setting.ourPatches().filter(patch -> Attached.to(patch.filter(), server)).toList();
  }

  private void noWorkload() {
    say(
        Severity.UNPROVED,
        Rule.NO_WORKLOAD,
        server.known(),
        ("The pods of this MCP server are not in the input (none in namespace %s that its filters"
                + " select or that have the label %s=%s).")
            .formatted(server.namespace(), Mesh.SERVER_LABEL, server.name()),
        "Check its Deployment and Service too, or put this label on its pods.");
  }

  /** The filters are at a waypoint that no Service of this server uses. */
  private void unused(Patch patch) {
    say(
        Severity.OPEN,
        Rule.WAYPOINT_TARGET,
        patch.at(),
        "Our filters are at a waypoint, but no Service of this MCP server in the input uses it.",
        "Label the Service %s with the name of the waypoint.".formatted(Mesh.USE_WAYPOINT));
  }

  private void fronts() {
    for (Front front : Front.of(setting, server)) {
      Chain chain = front.chain(setting);
      if (ours(chain)) {
        covered.add(front);
        ways.add("%s: %s".formatted(front.proxy(), found(chain)));
        findings.addAll(chain.findings());
        findings.addAll(ChainRules.check(chain.links(), front.where()));
        findings.addAll(BackendRules.check(setting, front.proxy(), chain, front.principal()));
        findings.addAll(IdentityRules.at(setting, front));
        findings.addAll(RouteRules.at(setting, server, front));
        front.pods().map(Versions::check).ifPresent(findings::addAll);
      }
    }
  }

  private void workload(Workload pods, List<Patch> attached) {
    Map<Integer, Where> ports = ports(pods);
    if (ports.isEmpty()) {
      say(
          Severity.UNPROVED,
          Rule.PORT_NOT_COVERED,
          pods.resource().where(),
          "%s names no port, and no Service has one for it.".formatted(pods.resource()),
          "Name the port in the Service or in `containers.ports`.");
    }
    findings.addAll(
        attached.stream().anyMatch(patch -> patch.reaches(sidecar(pods, 0)))
            ? InjectionRules.check(setting, pods, ports.keySet())
            : InjectionRules.enforced(setting, pods, ports.keySet()));
    ports.forEach((port, where) -> port(pods, port, where));
  }

  private static Proxy sidecar(Workload pods, int port) {
    return new Proxy(Proxy.Kind.SIDECAR, pods.namespace(), pods.labels(), "", port);
  }

  private void port(Workload pods, int port, Where where) {
    Chain chain =
        Chain.of(
            sidecar(pods, port), setting.before(pods), pods.resource().where(), setting.patches());
    guarded &= chain.has(Filters.GUARD);
    if (ours(chain)) {
      sidecar(pods, port, where, chain);
      return;
    }
    switch (Access.to(pods, port, setting.authorizations())) {
      case Access.Nobody _ -> ways.add("port %d: closed by an AuthorizationPolicy".formatted(port));
      case Access.Only only -> onlyBy(port, where, only.principals());
      case Access.Anybody _ -> open(port, where);
    }
  }

  private void sidecar(Workload pods, int port, Where where, Chain chain) {
    if (chain.links().stream().anyMatch(link -> GuardRules.exempts(link, port))) {
      ways.add("port %d: exempt, calls to it are not judged".formatted(port));
      return;
    }
    if (!chain.has(Filters.EXT_PROC) && chain.has(Filters.GUARD) && judged(pods)) {
      ways.add("port %d: closed by the guard".formatted(port));
      chain.links().stream()
          .filter(link -> link.name().equals(Filters.GUARD))
          .forEach(link -> findings.addAll(GuardRules.guard(link)));
      return;
    }
    sidecars = true;
    judging |= chain.has(Filters.EXT_PROC);
    ways.add("port %d: sidecar, %s".formatted(port, found(chain)));
    findings.addAll(chain.findings());
    findings.addAll(ChainRules.check(chain.links(), where));
    if (chain.has(Filters.EXT_PROC)) {
      findings.addAll(
          BackendRules.check(
              setting, sidecar(pods, port), chain, pods.principal(Mesh.TRUST_DOMAIN)));
      findings.addAll(IdentityRules.at(setting, pods, port, where));
      findings.addAll(RouteRules.perRoute(setting, sidecar(pods, port)));
    }
  }

  /** Whether a port of these pods has the filter that judges. */
  private boolean judged(Workload pods) {
    return ports(pods).keySet().stream()
        .anyMatch(port ->
            Chain.of(sidecar(pods, port), List.of(), pods.resource().where(), setting.patches())
                .has(Filters.EXT_PROC));
  }

  private static boolean ours(Chain chain) {
    return Filters.ORDER.stream().anyMatch(chain::has);
  }

  private static String found(Chain chain) {
    return chain.links().stream()
        .map(Link::name)
        .filter(Filters.ORDER::contains)
        .map(name -> name.substring(name.lastIndexOf('.') + 1))
        .collect(Collectors.joining(", "));
  }

  private void onlyBy(int port, Where where, Set<String> principals) {
    Set<String> others =
        principals.stream()
            .filter(principal ->
                covered.stream().noneMatch(front -> front.principal().equals(principal)))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (others.isEmpty()) {
      ways.add(
          "port %d: only from %s"
              .formatted(
                  port,
                  covered.stream()
                      .map(f -> f.proxy().toString())
                      .collect(Collectors.joining(", "))));
      return;
    }
    if (covered.stream().anyMatch(front -> front.principal().isEmpty())) {
      say(
          Severity.UNPROVED,
          Rule.DIRECT_WAY,
          where,
          "The input does not show that %s, which may call port %d, is the account of the %s."
              .formatted(String.join(", ", others), port, covered.getFirst().proxy()),
          "Check the gateway's Deployment too.");
      return;
    }
    say(
        Severity.OPEN,
        covered.isEmpty() ? Rule.PORT_NOT_COVERED : Rule.DIRECT_WAY,
        where,
        "Port %d has no filters of ours, and %s may call it."
            .formatted(port, String.join(", ", others)),
        covered.isEmpty() ? attach(port) : onlyFront(port));
  }

  private void open(int port, Where where) {
    if (covered.isEmpty()) {
      say(
          Severity.OPEN,
          Rule.PORT_NOT_COVERED,
          where,
          "Port %d has no filters of ours. Whoever calls it is not judged.".formatted(port),
          attach(port));
      return;
    }
    say(
        Severity.OPEN,
        Rule.DIRECT_WAY,
        where,
        "Port %d is covered by the %s only. Pods that call it directly are not judged."
            .formatted(port, covered.getFirst().proxy()),
        onlyFront(port));
  }

  private static String attach(int port) {
    return ("Attach our filters to port %d. If it carries no MCP, write it into the pods' annotation %s,"
            + " or close it by an AuthorizationPolicy.")
        .formatted(port, Mesh.OTHER_PORTS);
  }

  private String onlyFront(int port) {
    return "Add an AuthorizationPolicy for the pods that lets only %s call port %d."
        .formatted(
            covered.stream().map(Front::principal).distinct().collect(Collectors.joining(", ")),
            port);
  }

  /** The ports of pods that may carry MCP, each with where it is written. */
  private Map<Integer, Where> ports(Workload pods) {
    Map<Integer, Where> ports = new TreeMap<>();
    for (ContainerPort port : pods.ports()) {
      ports.putIfAbsent(port.number(), port.where());
    }
    for (ServicePort port : ServicePort.of(setting.inputs(), pods)) {
      ports.putIfAbsent(port.target(), port.where());
    }
    others(pods).forEach(ports::remove);
    ports.remove(0);
    return ports;
  }

  private static Set<Integer> others(Workload pods) {
    Set<Integer> others = new LinkedHashSet<>();
    for (String port : pods.annotations().getOrDefault(Mesh.OTHER_PORTS, "").split(",", -1)) {
      if (port.strip().matches("[0-9]{1,5}")) {
        others.add(Integer.valueOf(port.strip()));
      }
    }
    return others;
  }

  private void say(Severity severity, Rule rule, Where where, String reason, String remedy) {
    findings.add(new Finding(severity, rule, where, reason, remedy));
  }
}
