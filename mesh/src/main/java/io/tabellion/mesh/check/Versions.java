package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which Envoy a proxy is, as far as images say it. */
final class Versions {
  /** The first Istio whose Envoy shows its own answers to the answer guard. */
  static final int FIRST_ISTIO = 29;

  /** The first such Envoy. */
  static final int FIRST_ENVOY = 37;

  private static final Pattern ISTIO =
      Pattern.compile(".*/?(?:proxyv2|pilot)(?:-[a-z]+)?:1\\.([0-9]{1,3})(?:[.-].*)?");

  private Versions() {}

  /** Returns what is too old in pods: their proxy, or istiod itself. */
  static List<Finding> check(Workload pods) {
    List<Finding> findings = new ArrayList<>();
    Stream.of("containers", "initContainers")
        .flatMap(list -> Tree.items(pods.pod(), list).stream())
        .forEach(container -> image(container, pods, findings));
    return findings;
  }

  private static void image(Yaml container, Workload pods, List<Finding> findings) {
    Matcher image = ISTIO.matcher(Tree.text(container, "image"));
    if (image.matches() && Integer.parseInt(image.group(1)) < FIRST_ISTIO) {
      findings.add(
          new Finding(
              Severity.BROKEN,
              Rule.OLD_ENVOY,
              pods.resource().where().at(container),
              "Istio 1.%s has an Envoy older than 1.%d: its answer guard turns Envoy's own 401 and 403 into 503."
                  .formatted(image.group(1), FIRST_ENVOY),
              "Take Istio 1.%d or newer.".formatted(FIRST_ISTIO)));
    }
  }
}
