package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Our rules for where a patch of ours puts its filter. istiod takes every mistake here without a
 * word, and leaves the filter out.
 */
final class PatchRules {
  private static final String LEFT_OUT =
      " istiod accepts that without a word and leaves the filter out.";

  private final Setting setting;
  private final Patch patch;
  private final List<Finding> findings = new ArrayList<>();

  private PatchRules(Setting setting, Patch patch) {
    this.setting = setting;
    this.patch = patch;
  }

  static List<Finding> check(Setting setting, Patch patch) {
    PatchRules rules = new PatchRules(setting, patch);
    rules.check();
    return rules.findings;
  }

  /** Whether a patch is for a waypoint that it names. */
  static boolean namesGateway(Patch patch) {
    return patch.context().equals(Proxy.Kind.WAYPOINT.context())
        && Tree.items(patch.filter().spec(), "targetRefs").stream()
            .anyMatch(target -> Tree.text(target, "kind").equals("Gateway"));
  }

  private boolean waypoint() {
    return Tree.items(patch.filter().spec(), "targetRefs").stream()
            .anyMatch(target ->
                Tree.text(target, "kind").equals("GatewayClass")
                    || setting.inputs().of("Gateway", Resource.GATEWAY_API).stream()
                        .anyMatch(gateway ->
                            gateway.namespace().equals(patch.filter().namespace())
                                && gateway.name().equals(Tree.text(target, "name"))
                                && Waypoints.is(gateway)))
        || patch.listener().equals(Proxy.Kind.WAYPOINT.listener());
  }

  private void check() {
    place();
    context();
    patch.condition().ifPresent(this::condition);
    targets();
    if (waypoint()) {
      waypointListener();
    } else if (patch.context().equals(Proxy.Kind.SIDECAR.context())) {
      selector();
    }
  }

  private void place() {
    if (!patch.operation().equals("INSERT_BEFORE")) {
      say(
          Severity.OPEN,
          Rule.NO_SUCH_PLACE,
          patch.at("patch", "operation"),
          "%s of %s does not put it right before the router."
              .formatted(patch.operation(), patch.name()),
          "Write operation: INSERT_BEFORE.");
    }
    if (!patch.anchor().equals(Filters.ROUTER)) {
      say(
          Severity.OPEN,
          Rule.NO_SUCH_PLACE,
          patch.at("match", "listener", "filterChain", "filter", "subFilter", "name"),
          "%s is put before the filter %s, which is not what Istio calls its router."
              .formatted(patch.name(), patch.anchor().isEmpty() ? "(none)" : patch.anchor()),
          "Write subFilter: { name: %s }.".formatted(Filters.ROUTER));
    }
    if (!patch.networkFilter().isEmpty() && !patch.networkFilter().equals(Patch.HCM)) {
      say(
          Severity.OPEN,
          Rule.NO_SUCH_PLACE,
          patch.at("match", "listener", "filterChain", "filter", "name"),
          "No listener has the filter %s.".formatted(patch.networkFilter()) + LEFT_OUT,
          "Write filter: { name: %s, … }.".formatted(Patch.HCM));
    }
  }

  private void context() {
    String remedy =
        switch (patch.context()) {
          case "SIDECAR_OUTBOUND" -> "Write context: SIDECAR_INBOUND.";
          case "WAYPOINT" -> "Write context: SIDECAR_INBOUND, also for waypoints.";
          case "SIDECAR_INBOUND", "GATEWAY" -> "";
          default -> "Write context: SIDECAR_INBOUND, or GATEWAY at a gateway.";
        };
    if (!remedy.isEmpty()) {
      String effect =
          patch.context().equals("SIDECAR_OUTBOUND")
              ? "The patch is for calls that these pods make, not for calls to them." + LEFT_OUT
              : "No pilot applies a patch with context %s as it is meant."
                  .formatted(patch.context());
      say(Severity.OPEN, Rule.CONTEXT, patch.at("match", "context"), effect, remedy);
    }
  }

  private void condition(Yaml condition) {
    say(
        Severity.UNPROVED,
        Rule.CONDITIONAL,
        patch.filter().where().at(condition),
        "%s is put only where this condition holds.".formatted(patch.name()),
        "Remove the condition.");
  }

  private void targets() {
    for (Yaml target : Tree.items(patch.filter().spec(), "targetRefs")) {
      String kind = Tree.text(target, "kind");
      boolean root = patch.filter().namespace().equals(Mesh.ROOT);
      if (kind.equals("Service") || kind.equals("ServiceEntry")) {
        say(
            Severity.OPEN,
            Rule.WAYPOINT_TARGET,
            patch.filter().where().at(target),
            "targetRefs names a %s. Istio does not carry that out for EnvoyFilters.".formatted(kind)
                + LEFT_OUT,
            "Name the waypoint: { group: %s, kind: Gateway, name: … }."
                .formatted(Resource.GATEWAY_API));
      } else if (kind.equals("GatewayClass") && !root) {
        say(
            Severity.OPEN,
            Rule.WAYPOINT_TARGET,
            patch.filter().where().at(target),
            "A GatewayClass can be named only in the namespace %s.".formatted(Mesh.ROOT) + LEFT_OUT,
            "Name the Gateway, or move the EnvoyFilter to %s.".formatted(Mesh.ROOT));
      }
    }
  }

  private void waypointListener() {
    if (!patch.listener().equals(Proxy.Kind.WAYPOINT.listener())) {
      say(
          Severity.BROKEN,
          Rule.WAYPOINT_LISTENER,
          patch.at("match", "listener"),
          "At a waypoint the patch also lands in the tunnel's listener, where %s gets raw bytes."
              .formatted(patch.name()),
          "Add name: main_internal to `listener`.");
    }
    if (patch.port() != 0) {
      say(
          Severity.OPEN,
          Rule.WAYPOINT_LISTENER,
          patch.at("match", "listener", "portNumber"),
          "A portNumber never matches at a waypoint." + LEFT_OUT,
          "Remove portNumber.");
    }
    if (Tree.items(patch.filter().spec(), "targetRefs").isEmpty()) {
      say(
          Severity.OPEN,
          Rule.WAYPOINT_TARGET,
          patch.filter().where(),
          "A waypoint takes no workloadSelector." + LEFT_OUT,
          "Write targetRefs: [ { group: %s, kind: Gateway, name: … } ]."
              .formatted(Resource.GATEWAY_API));
    }
  }

  private void selector() {
    Map<String, String> selector = patch.selector();
    List<Workload> here = setting.inputs().workloads(patch.filter().namespace());
    List<Workload> selected = here.stream().filter(pods -> pods.selectedBy(selector)).toList();
    if (!here.isEmpty() && selected.isEmpty()) {
      say(
          Severity.OPEN,
          Rule.SELECTOR,
          patch
              .filter()
              .where()
              .at(Tree.at(patch.filter().spec(), "workloadSelector").orElse(patch.filter().spec())),
          "The selector %s takes no pods of namespace %s."
                  .formatted(Labels.text(selector), patch.filter().namespace())
              + LEFT_OUT,
          "Write labels that the pods have: %s.".formatted(Labels.text(here.getFirst().labels())));
    }
    if (patch.port() != 0 && !selected.isEmpty()) {
      port(selected);
    }
  }

  private void port(List<Workload> selected) {
    for (Workload pods : selected) {
      List<ServicePort> ports = ServicePort.of(setting.inputs(), pods);
      boolean target =
          ports.stream().anyMatch(port -> port.target() == patch.port())
              || pods.ports().stream().anyMatch(port -> port.number() == patch.port());
      List<ServicePort> called =
          ports.stream().filter(port -> port.number() == patch.port()).toList();
      if (!target && !called.isEmpty()) {
        say(
            Severity.OPEN,
            Rule.SERVICE_PORT,
            patch.at("match", "listener", "portNumber"),
            "%d is the port of the Service. A sidecar listens on that of the container."
                    .formatted(patch.port())
                + LEFT_OUT,
            "Write portNumber: %d.".formatted(called.getFirst().target()));
      } else if (!target) {
        say(
            Severity.OPEN,
            Rule.NO_SUCH_PLACE,
            patch.at("match", "listener", "portNumber"),
            "%s has no port %d.".formatted(pods.resource(), patch.port()) + LEFT_OUT,
            "Write a port of the container.");
      }
    }
  }

  private void say(Severity severity, Rule rule, Where where, String reason, String remedy) {
    findings.add(new Finding(severity, rule, where, reason, remedy));
  }
}
