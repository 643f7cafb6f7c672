package io.tabellion.mask;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is masked, and how: what detectors find, or whole values at a place, or what detectors find
 * there.
 *
 * @param rule id of the policy rule that it belongs to
 * @param select the places; null for everywhere
 * @param detect names of detectors and groups; empty for the whole value at {@code select}
 * @param minScore findings of a lower score are left alone; 0 to 1
 * @param with operators by detector or group name; a detector's own name goes first
 * @param otherwise the operator of what {@code with} does not name, and of whole values
 * @param where whether the rule is for what is forwarded too
 */
public record MaskRule(
    String rule,
    @Nullable Selector select,
    Set<String> detect,
    double minScore,
    Map<String, Operator> with,
    Operator otherwise,
    Where where) {

  public MaskRule {
    detect = Set.copyOf(detect);
    with = Map.copyOf(with);
    if (select == null && detect.isEmpty()) {
      throw new IllegalArgumentException("mask: masks nothing (expected: select, detect or both)");
    }
    if (!(minScore >= 0 && minScore <= 1)) {
      throw new IllegalArgumentException("minScore: " + minScore + " (expected: 0 to 1)");
    }
  }

  /** The same for other places. */
  MaskRule at(Selector other) {
    return new MaskRule(rule, other, detect, minScore, with, otherwise, where);
  }

  /** Where a rule counts. The record is masked by every rule, so that it never shows more. */
  public enum Where {
    /** What is forwarded, and the record. */
    BOTH,
    /** The record alone. */
    RECORD
  }
}
