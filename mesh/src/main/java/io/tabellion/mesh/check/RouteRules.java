package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;

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
    rules.findings.addAll(perRoute(setting, front.proxy()));
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
    List<Yaml> rules = rules(route);
    for (Yaml rule : rules) {
      if (leadsTo(route, rule, server)) {
        if (route.kind().equals("HTTPRoute")) {
          httpRoute(route, rule, patchesOf(route, rules.indexOf(rule)));
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

  private void httpRoute(Resource route, Yaml rule, List<Patch> patches) {
    String attempts = Tree.text(rule, "retry", "attempts");
    boolean off =
        patches.stream()
            .anyMatch(patch ->
                Tree.text(patch.value(), "route", "retry_policy", "retry_on").equals("none"));
    if (!off && !attempts.equals("0") && !(attempts.isEmpty() && offByDefault())) {
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
    List<Yaml> rules = rules(route);
    for (Yaml rule : named ? List.<Yaml>of() : rules) {
      boolean told =
          patchesOf(route, rules.indexOf(rule)).stream()
              .flatMap(patch ->
                  Tree.at(patch.value(), "typed_per_filter_config", Filters.EXT_PROC).stream())
              .anyMatch(RouteRules::namesServer);
      if (leadsTo(route, rule, server) && !told) {
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

  /** Returns what is wrong with patches of routes: they can switch our filters off. */
  static List<Finding> perRoute(Setting setting, Proxy proxy) {
    return setting.patches().stream()
        .filter(patch -> patch.reaches(proxy) && ofRoutes(patch))
        .flatMap(patch -> routePatch(patch).stream())
        .toList();
  }

  private static boolean ofRoutes(Patch patch) {
    return patch.applyTo().matches("HTTP_ROUTE|VIRTUAL_HOST|ROUTE_CONFIGURATION");
  }

  private static List<Finding> routePatch(Patch patch) {
    List<String> changed =
        Filters.ORDER.stream()
            .filter(name ->
                Tree.at(patch.value(), "typed_per_filter_config", name)
                    .filter(config -> !namesServer(config))
                    .isPresent())
            .toList();
    String matched =
        Tree.text(patch.node(), "match", "routeConfiguration", "vhost", "route", "name");
    String name = patch.operation().equals("MERGE") ? matched : patch.name();
    boolean exempt = name.startsWith("exempt/") && patch.applyTo().equals("HTTP_ROUTE");
    if (changed.isEmpty() || (exempt && changed.equals(Filters.ORDER))) {
      return List.of();
    }
    return List.of(
        new Finding(
            exempt ? Severity.WEAK : Severity.OPEN,
            Rule.EXEMPT_ROUTE,
            patch.where(),
            "This patch changes %s for %s."
                .formatted(
                    String.join(", ", changed),
                    name.isEmpty() ? "all routes" : "the route " + name),
            exempt
                ? "Switch off all three."
                : "Remove it, or name the route exempt/… if it leads to no MCP server."));
  }

  /** Whether what a route says to our filter is only which MCP server is called. */
  static boolean namesServer(Yaml config) {
    return Tree.text(config, "@type").equals(Messages.url(Messages.PER_ROUTE))
        && Tree.members(config).size() == 2
        && Tree.members(config, "overrides").stream()
            .allMatch(member -> Tree.snake(member.key()).equals("grpc_initial_metadata"));
  }

  /** What patches say to the route that Istio makes of a rule of an HTTPRoute. */
  private List<Patch> patchesOf(Resource route, int rule) {
    String name = "%s.%s.%d".formatted(route.namespace(), route.name(), rule);
    return setting.patches().stream()
        .filter(patch -> patch.applyTo().equals("HTTP_ROUTE") && patch.operation().equals("MERGE"))
        .filter(patch ->
            Tree.text(patch.node(), "match", "routeConfiguration", "vhost", "route", "name")
                .equals(name))
        .toList();
  }

  private void say(Severity severity, Rule rule, Where where, String reason, String remedy) {
    findings.add(new Finding(severity, rule, where, reason, remedy));
  }
}
