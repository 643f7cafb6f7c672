package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;

/** Our rules for the filter of Envoy that verifies tokens. */
final class Tokens {
  private Tokens() {}

  /** Returns what in a chain would make an identity of a token that nobody verified. */
  static List<Finding> check(List<Link> links) {
    List<Finding> findings = new ArrayList<>();
    for (Link link : links) {
      if (link.is(Messages.JWT)) {
        for (Yaml node : Tree.all(link.config()).toList()) {
          Tree.at(node, "extract_only_without_validation")
              .ifPresent(at ->
                  findings.add(
                      new Finding(
                          Severity.OPEN,
                          Rule.NO_AUTHENTICATION,
                          link.at(at),
                          "extract_only_without_validation hands over claims of a token that nobody verified.",
                          "Remove it.")));
        }
      }
    }
    return findings;
  }
}
