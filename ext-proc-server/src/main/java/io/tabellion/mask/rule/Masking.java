package io.tabellion.mask.rule;

import io.tabellion.detect.Detectors;
import java.util.ArrayList;
import java.util.HashSet;
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
 * @param allowed places where what a detector finds is let be: values that stand just there, not
 *     their names, and nothing below them. Rules that mask whole values do so there too
 * @param detectors of the policy; rules choose among them
 * @param holder who tokens are for, as {@code MaskTokens} knows them; empty for nobody
 */
public record Masking(
    List<MaskRule> rules, Set<Selector> allowed, Detectors detectors, String holder) {
  /** Nothing is masked, neither in what is forwarded nor in the record. */
  public static final Masking NONE = new Masking(List.of());

  /** Findings of a lower score are left alone, if nothing else is said. */
  public static final double MIN_SCORE = 0.6;

  private static final Masking BASELINE = baseline(Detectors.builtIn());

  public Masking {
    rules = List.copyOf(rules);
    allowed = Set.copyOf(allowed);
  }

  /** The same for nobody. */
  public Masking(List<MaskRule> rules, Set<Selector> allowed, Detectors detectors) {
    this(rules, allowed, detectors, "");
  }

  /** The rules, with no place where findings are let be. */
  public Masking(List<MaskRule> rules, Detectors detectors) {
    this(rules, Set.of(), detectors);
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

  /** Both together, over these detectors. */
  public Masking and(Masking more) {
    List<MaskRule> all = new ArrayList<>(rules);
    all.addAll(more.rules);
    return allowing(more.allowed).with(all);
  }

  /** The same with more places where findings are let be. */
  public Masking allowing(Set<Selector> more) {
    if (allowed.containsAll(more)) {
      return this;
    }
    Set<Selector> all = new HashSet<>(allowed);
    all.addAll(more);
    return new Masking(rules, all, detectors, holder);
  }

  /** The same with tokens that are for this holder. */
  public Masking heldBy(String other) {
    return holder.equals(other) ? this : new Masking(rules, allowed, detectors, other);
  }

  /** The same for what stands in no message, and so at no place. */
  public Masking apart() {
    return allowed.isEmpty() ? this : new Masking(rules, Set.of(), detectors, holder);
  }

  /** Whether a rule is in shadow. */
  boolean isShaded() {
    return rules.stream().anyMatch(MaskRule::shadow);
  }

  /** The same, were all rules enforced. */
  Masking enforced() {
    return with(rules.stream().map(MaskRule::enforced).toList());
  }

  private Masking with(List<MaskRule> others) {
    return new Masking(others, allowed, detectors, holder);
  }
}
