package io.tabellion.policy;

import io.tabellion.detect.Detectors;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must not stand in a header, whatever a policy says: secrets and addresses of mail. */
final class HeaderMasking {
  private static final MaskRule RULE =
      new MaskRule(
          "headers",
          null,
          Set.of(Detectors.SECRET, "EMAIL"),
          Masking.MIN_SCORE,
          Map.of(),
          Operator.Replace.NAMED,
          MaskRule.Where.RECORD);

  private HeaderMasking() {}

  static Masking of(Detectors detectors) {
    return new Masking(List.of(RULE), detectors);
  }
}
