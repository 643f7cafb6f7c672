package io.tabellion.mask.rule;

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
 * @param shadow whether it would be, were it enforced: until then it is for the record alone, and
 *     what it would have masked of what is forwarded is told
 */
public record MaskRule(
    String rule,
    @Nullable Selector select,
    Set<String> detect,
    double minScore,
    Map<String, Operator> with,
    Operator otherwise,
    Where where,
    boolean shadow) {

  public MaskRule {
    detect = Set.copyOf(detect);
    with = Map.copyOf(with);
    if (select == null && detect.isEmpty()) {
      throw new IllegalArgumentException("mask: masks nothing (expected: select, detect or both)");
    }
    if (!(minScore >= 0 && minScore <= 1)) {
      throw new IllegalArgumentException("minScore: " + minScore + " (expected: 0 to 1)");
    }
    if (shadow && where == Where.BOTH) {
      throw new IllegalArgumentException("where: both, in shadow (expected: the record alone)");
    }
  }

  /** A rule that is enforced. */
  public MaskRule(
      String rule,
      @Nullable Selector select,
      Set<String> detect,
      double minScore,
      Map<String, Operator> with,
      Operator otherwise,
      Where where) {
    this(rule, select, detect, minScore, with, otherwise, where, false);
  }

  /** The same, but that it is in shadow if it is for what is forwarded. */
  public MaskRule inShadow() {
    return where == Where.RECORD ? this : in(Where.RECORD, true);
  }

  /** The same, were it enforced. */
  MaskRule enforced() {
    return shadow ? in(Where.BOTH, false) : this;
  }

  private MaskRule in(Where other, boolean shade) {
    return new MaskRule(rule, select, detect, minScore, with, otherwise, other, shade);
  }

  /** Whether both mask the same, whatever rules they belong to. */
  public boolean masksAs(MaskRule other) {
    return called("").equals(other.called(""));
  }

  private MaskRule called(String id) {
    return new MaskRule(id, select, detect, minScore, with, otherwise, where, shadow);
  }

  /** The same for other places. */
  MaskRule at(Selector other) {
    return new MaskRule(rule, other, detect, minScore, with, otherwise, where, shadow);
  }

  /** Where a rule counts. The record is masked by every rule, so that it never shows more. */
  public enum Where {
    /** What is forwarded, and the record. */
    BOTH,
    /** The record alone. */
    RECORD
  }
}
