package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our rules for routes: one intent of an agent is executed once, and nothing cuts it off. */
final class RouteRules {
  private static final String MESH_GATEWAY = "mesh";

  private final Setting setting;
  private final McpServer server;
  private final boolean judgedBefore;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param judgedBefore whether calls were judged before they come to these routes: then what
   *     repeats them is not seen
   */
  private RouteRules(Setting setting, McpServer server, boolean judgedBefore) {
    this.setting = setting;
    this.server = server;
    this.judgedBefore = judgedBefore;
  }

  /** Whether a VirtualService or HTTPRoute hands calls to a server. */
  static boolean leadsTo(Resource route, McpServer server) {
    return rules(route).stream().anyMatch(rule -> leadsTo(route, rule, server));
  }

  private static List<Yaml> rules(Resource route) {
    return Tree.items(route.spec(), route.kind().equals("HTTPRoute") ? "rules" : "http");
  }

  private static boolean leadsTo(Resource route, Yaml rule, McpServer server) {
    if (route.kind().equals("HTTPRoute")) {
      return Tree.items(rule, "backendRefs").stream()
          .anyMatch(backend -> server.isHost(Tree.text(backend, "name"), space(backend, route)));
    }
    return Tree.items(rule, "route").stream()
        .anyMatch(to -> server.isHost(Tree.text(to, "destination", "host"), route.namespace()));
  }

  private static String space(Yaml backend, Resource route) {
    String given = Tree.text(backend, "namespace");
    return given.isEmpty() ? route.namespace() : given;
  }

  /** Returns what is wrong with the routes of callers' sidecars and of waypoints. */
  static List<Finding> inTheMesh(Setting setting, McpServer server, boolean sidecars) {
    List<Resource> routes =
        setting.inputs().of("VirtualService").stream()
            .filter(route -> forMesh(route) && leadsTo(route, server))
            .toList();
    boolean waypoint =
        Front.of(setting, server).stream()
            .anyMatch(front -> front.proxy().kind() == Proxy.Kind.WAYPOINT);
    RouteRules rules = new RouteRules(setting, server, waypoint);
    routes.forEach(rules::route);
    if (routes.isEmpty() && (sidecars || waypoint) && !rules.offByDefault()) {
      rules.say(
          waypoint ? Severity.OPEN : Severity.WEAK,
          Rule.REPEATS,
          server.services().isEmpty() ? server.known() : server.services().getFirst().where(),
          "No VirtualService switches off retries to this server. Istio repeats a failed call twice, "
              + (waypoint ? "after it was judged once." : "and each is judged and recorded."),
          "Add a VirtualService with retries: { attempts: 0 } for its host.");
    }
    return rules.findings;
  }

  private static boolean forMesh(Resource route) {
    List<String> gateways = Tree.texts(route.spec(), "gateways");
    return gateways.isEmpty() || gateways.contains(MESH_GATEWAY);
  }

  /** Returns what is wrong with the routes of a gateway that has our filters. */
  static List<Finding> at(Setting setting, McpServer server, Front front) {
    RouteRules rules = new RouteRules(setting, server, true);
    front.routes().forEach(rules::route);
    if (front.proxy().kind() == Proxy.Kind.GATEWAY) {
      front.routes().forEach(route -> rules.names(route, front));
    }
    rules.perRoute(front);
    return rules.findings;
  }

  private boolean offByDefault() {
    return setting.inputs().of("ConfigMap").stream()
        .filter(map -> map.namespace().equals(Mesh.ROOT) && map.name().startsWith("istio"))
        .map(map -> Tree.text(map.root(), "data", "mesh"))
        .anyMatch(
            text -> text.replaceAll("\\s+", " ").contains("defaultHttpRetryPolicy: attempts: 0"));
  }

  private void route(Resource route) {
    for (Yaml rule : rules(route)) {
      if (leadsTo(route, rule, server)) {
        if (route.kind().equals("HTTPRoute")) {
          httpRoute(route, rule);
        } else {
          virtualService(route, rule);
        }
      }
    }
  }

  private void virtualService(Resource route, Yaml rule) {
    String attempts = Tree.text(rule, "retries", "attempts");
    boolean silent = attempts.isEmpty() && offByDefault();
    if (!attempts.equals("0") && !silent) {
      repeats(
          route,
          Tree.at(rule, "retries").orElse(rule),
          attempts.isEmpty()
              ? "retries are not switched off: Istio repeats a failed call twice"
              : "retries: { attempts: %s } repeats a failed call".formatted(attempts),
          "Write retries: { attempts: 0 }.");
    }
    for (String key : List.of("mirror", "mirrors")) {
      Tree.at(rule, key)
          .ifPresent(at ->
              repeats(
                  route, at, key + " sends a copy of each call to another server", "Remove it."));
    }
    Tree.at(rule, "timeout").filter(RouteRules::limits).ifPresent(at -> timeout(route, at));
  }

  private void httpRoute(Resource route, Yaml rule) {
    String attempts = Tree.text(rule, "retry", "attempts");
    if (!attempts.equals("0") && !(attempts.isEmpty() && offByDefault())) {
      repeats(
          route,
          Tree.at(rule, "retry").orElse(rule),
          "retries are not switched off: Istio repeats a failed call twice",
          "Write retry: { attempts: 0 } into the rule, or defaultHttpRetryPolicy: { attempts: 0 } into Istio's configuration.");
    }
    for (Yaml filter : Tree.items(rule, "filters")) {
      if (Tree.text(filter, "type").equals("RequestMirror")) {
        repeats(
            route,
            filter,
            "RequestMirror sends a copy of each call to another server",
            "Remove it.");
      }
    }
    for (String key : List.of("request", "backendRequest")) {
      Tree.at(rule, "timeouts", key).filter(RouteRules::limits).ifPresent(at -> timeout(route, at));
    }
  }

  /** Whether a duration is one: 0 stands for none. */
  private static boolean limits(Yaml duration) {
    return duration instanceof Yaml.Scalar text && !text.text().matches("0[a-z]*");
  }

  private void repeats(Resource route, Yaml at, String what, String remedy) {
    say(
        judgedBefore ? Severity.OPEN : Severity.WEAK,
        Rule.REPEATS,
        route.where().at(at),
        Character.toUpperCase(what.charAt(0))
            + what.substring(1)
            + (judgedBefore ? ", after it was judged once." : ", and each is judged and recorded."),
        remedy);
  }

  private void timeout(Resource route, Yaml at) {
    say(
        Severity.BROKEN,
        Rule.TIMEOUT,
        route.where().at(at),
        "A timeout of %s ends held calls and event streams.".formatted(at.what()),
        "Remove it, or write 0s.");
  }

  /** At a gateway the server reads from the route's name which MCP server is called. */
  private void names(Resource route, Front front) {
    boolean named =
        front.chain(setting).links().stream()
            .anyMatch(link -> !ExtProcRules.metadata(link, "x-tabellion-server").isEmpty());
    for (Yaml rule : named ? List.<Yaml>of() : rules(route)) {
      if (leadsTo(route, rule, server)) {
        String name = Tree.text(rule, "name");
        if (route.kind().equals("HTTPRoute") || !name.matches("mcp/[^/]+")) {
          say(
              Severity.BROKEN,
              Rule.ROUTE_NAME,
              route.where().at(rule),
              "The route's name %s does not say which MCP server is called, so calls are refused."
                  .formatted(name.isEmpty() ? "(none)" : name),
              "Name the route mcp/%s, or add x-tabellion-server to initial_metadata."
                  .formatted(server.name()));
        }
      }
    }
  }

  /** Patches of routes that switch our filters off, or repeat calls. */
  private void perRoute(Front front) {
    for (Patch patch : setting.patches()) {
      if (patch.reaches(front.proxy())
          && patch.applyTo().matches("HTTP_ROUTE|VIRTUAL_HOST|ROUTE_CONFIGURATION")) {
        findings.addAll(routePatch(patch));
      }
    }
  }

  /** Returns what is wrong with a patch of a route. */
  static List<Finding> routePatch(Patch patch) {
    List<Finding> found = new ArrayList<>();
    String name = Tree.text(patch.node(), "match", "routeConfiguration", "vhost", "route", "name");
    Map<String, Yaml> off = new java.util.LinkedHashMap<>();
    Tree.members(patch.value(), "typed_per_filter_config")
        .forEach(member -> off.put(member.key(), member.value()));
    List<String> changed = Filters.ORDER.stream().filter(off::containsKey).toList();
    boolean exempt = name.startsWith("exempt/") && patch.applyTo().equals("HTTP_ROUTE");
    if (!changed.isEmpty() && !exempt) {
      found.add(
          new Finding(
              Severity.OPEN,
              Rule.EXEMPT_ROUTE,
              patch.where(),
              "This patch changes %s for %s."
                  .formatted(
                      String.join(", ", changed),
                      name.isEmpty() ? "all routes" : "the route " + name),
              "Remove it, or name the route exempt/… if it leads to no MCP server."));
    } else if (!changed.isEmpty() && !changed.equals(Filters.ORDER)) {
      found.add(
          new Finding(
              Severity.WEAK,
              Rule.EXEMPT_ROUTE,
              patch.where(),
              "The route %s switches off only %s.".formatted(name, String.join(", ", changed)),
              "Switch off all three."));
    }
    return found;
  }

  private void say(Severity severity, Rule rule, Where where, String reason, String remedy) {
    findings.add(new Finding(severity, rule, where, reason, remedy));
  }
}
