package io.tabellion.policy;

import io.tabellion.detect.Detectors;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import io.tabellion.policy.Rule.Condition;
import io.tabellion.yaml.Default;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one rule masks.
 *
 * @param select the places; null for everywhere
 * @param detect names of detectors; empty for whole values
 * @param minScore findings of a lower score are left alone
 * @param with what stands in their place
 * @param unless when nothing is masked
 * @param where whether what is forwarded is masked, too
 */
record MaskEntry(
    @Nullable Selector select,
    @Default("") List<Detector> detect,
    @Default("0.5") Score minScore,
    @Default("") With with,
    @Nullable Condition unless,
    @Default("both") MaskRule.Where where) {

  MaskEntry {
    detect = List.copyOf(detect);
    if (select == null && detect.isEmpty()) {
      throw new IllegalArgumentException("masks nothing (expected: select, detect or both)");
    }
    if (detect.isEmpty() && !with.byName().isEmpty()) {
      throw new IllegalArgumentException(
          "with: names detectors (expected: detect, or one operator)");
    }
  }

  /** The rule for the mask step. */
  MaskRule rule(String id) {
    Operator otherwise = with.otherwise() == null ? new Operator.Redact() : with.otherwise();
    return new MaskRule(
        id, select, names(detect), minScore.value(), with.byName(), otherwise, where);
  }

  /** The names as the mask step knows them: all are both groups. */
  static Set<String> names(List<Detector> detectors) {
    Set<String> names = new HashSet<>();
    for (Detector detector : detectors) {
      if (detector.name().equals(DetectionPart.ALL)) {
        names.add(Detectors.SECRET);
        names.add(Detectors.PII);
      } else {
        names.add(detector.name());
      }
    }
    return names;
  }

  /** The same of a rule in shadow: for the record alone, and what it would mask is told. */
  MaskRule inShadow(String id) {
    return rule(id).inShadow();
  }

  /** The same for the record alone. */
  MaskRule recordOnly(String id) {
    MaskRule rule = rule(id);
    return new MaskRule(
        id,
        rule.select(),
        rule.detect(),
        rule.minScore(),
        rule.with(),
        rule.otherwise(),
        MaskRule.Where.RECORD);
  }

  /** The name of a detector or group, or {@link DetectionPart#ALL}. */
  record Detector(String name) {}

  /** How sure a detector must be. */
  record Score(double value) {
    static Score parse(String text) {
      if (!text.matches("0(\\.[0-9]{1,4})?|1(\\.0{1,4})?")) {
        throw new IllegalArgumentException("a number from 0 to 1, such as 0.6");
      }
      return new Score(Double.parseDouble(text));
    }
  }

  /**
   * What stands in the place of what is masked.
   *
   * @param byName operators of detectors
   * @param otherwise the operator of what they do not name; null if none is named
   */
  record With(Map<String, Operator> byName, @Nullable Operator otherwise) {
    With {
      byName = Map.copyOf(byName);
    }
  }
}
