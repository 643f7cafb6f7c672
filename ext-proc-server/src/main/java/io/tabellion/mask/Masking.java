package io.tabellion.mask;

import java.util.List;

/**
 * How one message is masked: the rules of the policy that fired, which add up.
 *
 * <p>Immutable and thread-safe.
 *
 * @param rules in the order of the policy; where two want the same characters, the first decides
 */
public record Masking(List<MaskRule> rules) {
  /** Nothing is masked, neither in what is forwarded nor in the record. */
  public static final Masking NONE = new Masking(List.of());

  public Masking {
    rules = List.copyOf(rules);
  }
}
