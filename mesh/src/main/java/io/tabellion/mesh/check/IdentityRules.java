package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Our rules for what says who calls, before our filters ask it. */
final class IdentityRules {
  private final Setting setting;
  private final Where where;
  private final List<Finding> findings = new ArrayList<>();

  private IdentityRules(Setting setting, Where where) {
    this.setting = setting;
    this.where = where;
  }

  /** Returns what is wrong at a port of pods with a sidecar. */
  static List<Finding> at(Setting setting, Workload pods, int port, Where where) {
    IdentityRules rules = new IdentityRules(setting, where);
    Mode mode = rules.mode(pods, port);
    rules.plaintext(mode, port);
    boolean tokens = rules.tokens(policy -> Access.selects(policy, pods));
    if (!tokens && !mode.word.equals("STRICT")) {
      rules.nobody();
    }
    return rules.findings;
  }

  /** Returns what is wrong at a gateway or waypoint. */
  static List<Finding> at(Setting setting, Front front) {
    IdentityRules rules = new IdentityRules(setting, front.where());
    boolean tokens = rules.tokens(policy -> Setting.selects(policy, front.proxy()));
    boolean waypoint = front.proxy().kind() == Proxy.Kind.WAYPOINT;
    if (!tokens && !waypoint && !rules.clientCertificates(front)) {
      rules.nobody();
    }
    return rules.findings;
  }

  /**
   * What PeerAuthentication says.
   *
   * @param word STRICT, PERMISSIVE or DISABLE
   * @param by what says so; nothing for Istio's default
   */
  private record Mode(String word, Optional<Where> by) {}

  /** The most special policy counts: of the port, the pods, the namespace, the mesh. */
  private Mode mode(Workload pods, int port) {
    return setting.inputs().of("PeerAuthentication").stream()
        .filter(policy -> Access.selects(policy, pods))
        .sorted(Comparator.comparingInt(IdentityRules::rank))
        .flatMap(policy -> mode(policy, port).stream())
        .findFirst()
        .orElse(new Mode("PERMISSIVE", Optional.empty()));
  }

  private static int rank(Resource policy) {
    if (!Tree.labels(policy.spec(), "selector", "matchLabels").isEmpty()) {
      return 0;
    }
    return policy.namespace().equals(Mesh.ROOT) ? 2 : 1;
  }

  private static Optional<Mode> mode(Resource policy, int port) {
    Optional<Yaml> ofPort = Tree.at(policy.spec(), "portLevelMtls", String.valueOf(port), "mode");
    return ofPort
        .or(() -> Tree.at(policy.spec(), "mtls", "mode"))
        .filter(Yaml.Scalar.class::isInstance)
        .map(mode -> new Mode(((Yaml.Scalar) mode).text(), Optional.of(policy.where().at(mode))))
        .filter(mode -> !mode.word.equals("UNSET"));
  }

  private void plaintext(Mode mode, int port) {
    if (mode.word.equals("STRICT")) {
      return;
    }
    findings.add(
        new Finding(
            Severity.WEAK,
            Rule.PLAINTEXT,
            mode.by.orElse(where),
            mode.by.isEmpty()
                ? "No PeerAuthentication: Istio's default PERMISSIVE takes connections without mTLS on port %d."
                    .formatted(port)
                : "mTLS mode %s takes connections without mTLS on port %d."
                    .formatted(mode.word, port),
            "Write a PeerAuthentication with mtls: { mode: STRICT } for these pods."));
  }

  /** Whether callers without a verified token are refused. */
  private boolean tokens(Predicate<Resource> here) {
    List<Resource> verified =
        setting.inputs().of("RequestAuthentication").stream().filter(here).toList();
    boolean required =
        setting.authorizations().stream().filter(here).anyMatch(IdentityRules::asksForToken);
    if (!verified.isEmpty() && !required) {
      findings.add(
          new Finding(
              Severity.WEAK,
              Rule.NO_AUTHENTICATION,
              verified.getFirst().where(),
              "RequestAuthentication verifies a token that is there, and lets requests without one pass.",
              "Add an AuthorizationPolicy that asks for requestPrincipals."));
    }
    return !verified.isEmpty();
  }

  private static boolean asksForToken(Resource policy) {
    boolean deny = Tree.text(policy.spec(), "action").equals("DENY");
    String key = deny ? "notRequestPrincipals" : "requestPrincipals";
    return Tree.items(policy.spec(), "rules").stream()
        .flatMap(rule -> Tree.items(rule, "from").stream())
        .anyMatch(from -> !Tree.texts(from, "source", key).isEmpty());
  }

  private boolean clientCertificates(Front front) {
    return setting.inputs().of("Gateway").stream()
        .filter(gateway -> gateway.name().equals(front.proxy().name()))
        .flatMap(gateway -> Tree.items(gateway.spec(), "servers").stream())
        .anyMatch(listener -> Tree.text(listener, "tls", "mode").equals("MUTUAL"));
  }

  private void nobody() {
    findings.add(
        new Finding(
            Severity.WEAK,
            Rule.NO_AUTHENTICATION,
            where,
            "Nothing verifies who calls here, so entries name nobody and rules about callers do not apply.",
            "Add a RequestAuthentication and an AuthorizationPolicy that asks for requestPrincipals, or STRICT mTLS."));
  }
}
