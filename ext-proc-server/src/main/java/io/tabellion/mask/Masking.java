package io.tabellion.mask;

import io.tabellion.detect.Detectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How one message is masked: the rules of the policy that fired, which add up, and the detectors
 * that they speak of.
 *
 * <p>Immutable and thread-safe.
 *
 * @param rules where two want the same characters, the operator that shows least decides
 * @param detectors of the policy; rules choose among them
 */
public record Masking(List<MaskRule> rules, Detectors detectors) {
  /** Nothing is masked, neither in what is forwarded nor in the record. */
  public static final Masking NONE = new Masking(List.of());

  /** Findings of a lower score are left alone, if nothing else is said. */
  public static final double MIN_SCORE = 0.6;

  private static final Masking BASELINE = baseline(Detectors.builtIn());

  public Masking {
    rules = List.copyOf(rules);
  }

  /** The rules over the detectors that come with the product. */
  public Masking(List<MaskRule> rules) {
    this(rules, Detectors.builtIn());
  }

  /**
   * What is masked where a policy has no word of masking: of the record all that a detector is sure
   * of; of what is forwarded nothing.
   */
  public static Masking baseline() {
    return BASELINE;
  }

  /** The same over other detectors. */
  public static Masking baseline(Detectors detectors) {
    MaskRule all =
        new MaskRule(
            "baseline",
            null,
            Set.copyOf(detectors.names()),
            MIN_SCORE,
            Map.of(),
            Operator.Replace.NAMED,
            MaskRule.Where.RECORD);
    return new Masking(List.of(all), detectors);
  }

  /** These rules and more, over these detectors. */
  public Masking and(List<MaskRule> more) {
    List<MaskRule> all = new ArrayList<>(rules);
    all.addAll(more);
    return new Masking(all, detectors);
  }
}
