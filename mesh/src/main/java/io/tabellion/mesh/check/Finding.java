package io.tabellion.mesh.check;

import java.util.Comparator;

/**
 * Something that is not as it must be, or that the input does not show.
 *
 * @param rule the name of the rule; docs/mesh-check.md explains it
 * @param where what has to be changed, or the nearest to it
 * @param reason what is wrong and what it does to calls
 * @param remedy what to do
 */
public record Finding(Severity severity, Rule rule, Where where, String reason, String remedy) {
  /** The same where a guard stands: calls fail instead of passing unjudged. */
  Finding broken() {
    return new Finding(Severity.BROKEN, rule, where, reason, remedy);
  }

  /** The worst first, then by place. */
  static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::severity)
          .thenComparing(finding -> finding.where.source())
          .thenComparingInt(finding -> finding.where.document())
          .thenComparing(finding -> finding.where.place())
          .thenComparing(Finding::rule);
}
