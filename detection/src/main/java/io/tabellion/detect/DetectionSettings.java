package io.tabellion.detect;

import io.tabellion.detect.SettingsException.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which detectors run, how sure they must be, and what is no finding.
 *
 * @param enabled names of detectors and groups; empty for all
 * @param disabled names of detectors and groups that do not run although enabled
 * @param threshold the least score of a finding, above 0, at most 1
 * @param thresholds the same for single detectors and groups; a detector's own goes before its
 *     group's
 * @param allowed exact values that are no findings
 * @param allowedPatterns patterns of RE2; a value that one matches whole is no finding
 * @param waivers values that are no findings, by digest
 * @param detectors the operator's own
 * @param ruleFiles texts of rule files in the gitleaks format, by the name to show for each
 */
public record DetectionSettings(
    Set<String> enabled,
    Set<String> disabled,
    double threshold,
    Map<String, Double> thresholds,
    Set<String> allowed,
    List<String> allowedPatterns,
    Waivers waivers,
    List<UserDetector> detectors,
    Map<String, String> ruleFiles) {

  public static final double DEFAULT_THRESHOLD = 0.5;

  public static final DetectionSettings DEFAULT =
      new DetectionSettings(
          Set.of(),
          Set.of(),
          DEFAULT_THRESHOLD,
          Map.of(),
          Set.of(),
          List.of(),
          Waivers.NONE,
          List.of(),
          Map.of());

  /**
   * @throws SettingsException if a threshold is none
   */
  public DetectionSettings {
    enabled = Set.copyOf(enabled);
    disabled = Set.copyOf(disabled);
    thresholds = Map.copyOf(thresholds);
    allowed = Set.copyOf(allowed);
    allowedPatterns = List.copyOf(allowedPatterns);
    detectors = List.copyOf(detectors);
    ruleFiles = Map.copyOf(ruleFiles);
    List<Flaw> flaws = new ArrayList<>();
    check("threshold", "", threshold, flaws);
    thresholds.forEach((name, value) -> check("thresholds", name, value, flaws));
    if (!flaws.isEmpty()) {
      throw new SettingsException(flaws);
    }
  }

  private static void check(String setting, String item, double threshold, List<Flaw> flaws) {
    if (!(threshold > 0 && threshold <= 1)) {
      String name = item.isEmpty() ? "" : item + ": ";
      flaws.add(new Flaw(setting, item, name + threshold + " (expected: above 0, at most 1)"));
    }
  }

  /** Returns these settings with only {@code names} enabled. */
  public DetectionSettings enabling(Set<String> names) {
    return new DetectionSettings(
        names,
        disabled,
        threshold,
        thresholds,
        allowed,
        allowedPatterns,
        waivers,
        detectors,
        ruleFiles);
  }

  /** Returns these settings with another threshold. */
  public DetectionSettings withThreshold(double least) {
    return new DetectionSettings(
        enabled,
        disabled,
        least,
        thresholds,
        allowed,
        allowedPatterns,
        waivers,
        detectors,
        ruleFiles);
  }

  /** Returns these settings with rule files. */
  public DetectionSettings withRuleFiles(Map<String, String> files) {
    return new DetectionSettings(
        enabled,
        disabled,
        threshold,
        thresholds,
        allowed,
        allowedPatterns,
        waivers,
        detectors,
        files);
  }
}
