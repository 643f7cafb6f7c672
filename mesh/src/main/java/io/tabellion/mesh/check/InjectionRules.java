package io.tabellion.mesh.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Our rules for pods whose sidecar has our filters: every connection must go through it. */
final class InjectionRules {
  private static final String INJECT = "sidecar.istio.io/inject";
  private static final String EXCLUDE = "traffic.sidecar.istio.io/excludeInboundPorts";
  private static final String INCLUDE = "traffic.sidecar.istio.io/includeInboundPorts";
  private static final String MODE = "sidecar.istio.io/interceptionMode";

  private final Inputs inputs;
  private final Workload pods;
  private final Set<Integer> ports;
  private final List<Finding> findings = new ArrayList<>();

  private InjectionRules(Inputs inputs, Workload pods, Set<Integer> ports) {
    this.inputs = inputs;
    this.pods = pods;
    this.ports = ports;
  }

  static List<Finding> check(Setting setting, Workload pods, Set<Integer> ports) {
    InjectionRules rules = new InjectionRules(setting.inputs(), pods, ports);
    rules.check();
    return rules.findings;
  }

  /** Returns why nothing would carry out AuthorizationPolicies for pods, if that is so. */
  static List<Finding> enforced(Setting setting, Workload pods, Set<Integer> ports) {
    InjectionRules rules = new InjectionRules(setting.inputs(), pods, ports);
    if (pods.hostNetwork() || !rules.ambient()) {
      rules.check();
    }
    return rules.findings;
  }

  private boolean ambient() {
    String mode = "istio.io/dataplane-mode";
    Map<String, String> namespace = inputs.namespaceLabels(pods.namespace()).orElse(Map.of());
    return pods.labels().getOrDefault(mode, namespace.getOrDefault(mode, "")).equals("ambient");
  }

  private void check() {
    if (pods.hostNetwork()) {
      say(
          Severity.OPEN,
          "hostNetwork is true: these pods get no sidecar, and every port is open to the network.",
          "Remove hostNetwork.");
    } else if (!running()) {
      injection();
    }
    interception();
    findings.addAll(Versions.check(pods));
  }

  /** Whether the pods have the sidecar already. */
  private boolean running() {
    return java.util.stream.Stream.of("containers", "initContainers")
        .flatMap(list -> Tree.items(pods.pod(), list).stream())
        .anyMatch(container -> Tree.text(container, "name").equals("istio-proxy"));
  }

  private void injection() {
    String own = pods.labels().getOrDefault(INJECT, pods.annotations().getOrDefault(INJECT, ""));
    Optional<Map<String, String>> namespace = inputs.namespaceLabels(pods.namespace());
    boolean revision = pods.labels().containsKey("istio.io/rev");
    if (own.equals("false")) {
      say(
          Severity.OPEN,
          INJECT + " is false: these pods get no sidecar.",
          "Remove it, or write true.");
    } else if (!own.equals("true") && !revision) {
      injectedBy(namespace);
    }
  }

  private void injectedBy(Optional<Map<String, String>> namespace) {
    if (namespace.isEmpty()) {
      say(
          Severity.UNPROVED,
          "The input does not show that these pods get a sidecar: it has no Namespace %s, and the pods have no label %s."
              .formatted(pods.namespace(), INJECT),
          "Check the Namespace too, or write the label %s: \"true\" on the pods."
              .formatted(INJECT));
      return;
    }
    Map<String, String> labels = namespace.get();
    boolean injected =
        labels.getOrDefault("istio-injection", "").equals("enabled")
            || labels.containsKey("istio.io/rev");
    if (!injected) {
      say(
          Severity.OPEN,
          "Neither namespace %s nor the pods ask for a sidecar or for ambient mode, so nothing stands before these pods."
              .formatted(pods.namespace()),
          "Label the namespace istio-injection=enabled, or istio.io/dataplane-mode=ambient.");
    }
  }

  private void interception() {
    List<String> excluded = list(EXCLUDE);
    String included = pods.annotations().getOrDefault(INCLUDE, "*");
    for (int port : ports) {
      boolean out = excluded.contains(String.valueOf(port));
      boolean in = included.equals("*") || list(INCLUDE).contains(String.valueOf(port));
      if (out || !in) {
        say(
            Severity.OPEN,
            "%s leaves out port %d: calls to it do not pass the sidecar."
                .formatted(out ? EXCLUDE : INCLUDE, port),
            "Remove the annotation.");
      }
    }
    if (pods.annotations().getOrDefault(MODE, "").equals("NONE")) {
      say(
          Severity.OPEN,
          MODE + " is NONE: calls do not pass the sidecar.",
          "Remove the annotation.");
    }
  }

  private List<String> list(String annotation) {
    return List.of(pods.annotations().getOrDefault(annotation, "").split("\\s*,\\s*", -1));
  }

  private void say(Severity severity, String reason, String remedy) {
    findings.add(new Finding(severity, Rule.NO_PROXY, pods.resource().where(), reason, remedy));
  }
}
