package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;

/** Our rules for a route table of Envoy behind our filters. */
final class RouteTable {
  /** What in a route makes of one intent more than one execution. */
  private static final List<String> REPEATS =
      List.of(
          "retry_policy",
          "retry_policy_typed_config",
          "hedge_policy",
          "request_mirror_policies",
          "internal_redirect_policy");

  private static final String EXEMPT = "exempt/";

  private final Yaml table;
  private final Where where;
  private final boolean named;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param named whether the ext_proc filter says which MCP server is called
   */
  RouteTable(Yaml table, Where where, boolean named) {
    this.table = table;
    this.where = where;
    this.named = named;
  }

  List<Finding> check() {
    level("The route table", table);
    for (Yaml host : Tree.items(table, "virtual_hosts")) {
      level("The virtual host " + Tree.text(host, "name"), host);
      for (Yaml route : Tree.items(host, "routes")) {
        if (Tree.text(route, "name").startsWith(EXEMPT)) {
          exempt(route);
        } else {
          judged(route);
        }
      }
    }
    return findings;
  }

  private void level(String title, Yaml node) {
    repeats(title, node);
    switches(title, node);
  }

  private void judged(Yaml route) {
    String title = "The route " + Tree.text(route, "name");
    Tree.all(route)
        .forEach(node -> {
          repeats(title, node);
          switches(title, node);
        });
    boolean told =
        Tree.at(route, "typed_per_filter_config", Filters.EXT_PROC)
            .filter(RouteRules::namesServer)
            .isPresent();
    if (!named && !told && !Tree.text(route, "name").matches("mcp/.+")) {
      say(
          Severity.BROKEN,
          Rule.ROUTE_NAME,
          route,
          title + " does not say which MCP server is called.",
          "Name it mcp/SERVER, or exempt/WHAT if it leads to none.");
    }
    Tree.at(route, "route")
        .ifPresent(to -> {
          if (!Tree.text(to, "timeout").matches("0(\\.0*)?s")) {
            say(
                Severity.BROKEN,
                Rule.TIMEOUT,
                to,
                title + " has a timeout, which ends held calls and event streams.",
                "Write timeout: 0s.");
          }
        });
  }

  private void exempt(Yaml route) {
    List<String> on =
        Filters.ORDER.stream()
            .filter(name ->
                Tree.at(route, "typed_per_filter_config", name)
                    .filter(off -> Tree.isTrue(off, "disabled"))
                    .isEmpty())
            .toList();
    if (!on.isEmpty()) {
      say(
          Severity.WEAK,
          Rule.EXEMPT_ROUTE,
          route,
          "The route %s leaves on %s.".formatted(Tree.text(route, "name"), String.join(", ", on)),
          "Switch off all three.");
    }
    if (Tree.has(route, "route")) {
      say(
          Severity.UNPROVED,
          Rule.EXEMPT_ROUTE,
          route,
          "The route %s leads to %s and is not judged."
              .formatted(Tree.text(route, "name"), Tree.text(route, "route", "cluster")),
          "Make sure that nothing of an MCP server is there, or answer from Envoy (direct_response).");
    }
  }

  private void repeats(String title, Yaml node) {
    for (String key : REPEATS) {
      Tree.at(node, key)
          .filter(policy -> !off(key, policy))
          .ifPresent(policy ->
              say(
                  Severity.OPEN,
                  Rule.REPEATS,
                  policy,
                  "%s has %s: a call that was judged once is executed more than once."
                      .formatted(title, key),
                  "Remove " + key + "."));
    }
  }

  /** Whether a policy repeats nothing, or only what was never sent (Istio's own, at sidecars). */
  private static boolean off(String key, Yaml policy) {
    return key.equals("retry_policy")
        && (Tree.text(policy, "num_retries").equals("0")
            || List.of("", "none", "reset-before-request").contains(Tree.text(policy, "retry_on")));
  }

  private void switches(String title, Yaml node) {
    List<String> changed =
        Filters.ORDER.stream()
            .filter(name ->
                Tree.at(node, "typed_per_filter_config", name)
                    .filter(config -> !RouteRules.namesServer(config))
                    .isPresent())
            .toList();
    if (!changed.isEmpty()) {
      say(
          Severity.OPEN,
          Rule.EXEMPT_ROUTE,
          node,
          "%s changes %s.".formatted(title, String.join(", ", changed)),
          "Remove that, or name the route exempt/… if it leads to no MCP server.");
    }
  }

  private void say(Severity severity, Rule rule, Yaml at, String reason, String remedy) {
    findings.add(new Finding(severity, rule, where.at(at), reason, remedy));
  }
}
