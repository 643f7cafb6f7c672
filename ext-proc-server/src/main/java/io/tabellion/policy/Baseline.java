package io.tabellion.policy;

import io.tabellion.detect.Detectors;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.policy.MaskEntry.Detector;
import io.tabellion.policy.MaskEntry.Score;
import io.tabellion.policy.MaskEntry.With;
import io.tabellion.yaml.Default;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What of the record is masked whatever the rules say. */
sealed interface Baseline {

  /** Returns it over the detectors of the policy. */
  Masking masking(Detectors detectors);

  /** Nothing: the record keeps what was said as it was said, but for what rules mask. */
  record Originals() implements Baseline {
    /** How a file says it. */
    static final String WORD = "originals";

    @Override
    public Masking masking(Detectors detectors) {
      return new Masking(List.of(), detectors);
    }
  }

  /**
   * What detectors find.
   *
   * @param detect names of detectors and groups; empty for all
   * @param minScore findings of a lower score are left alone
   * @param with what stands in their place; of what is not named, the detector's name in brackets
   */
  record Found(
      @Default("") List<Detector> detect, @Default("0.6") Score minScore, @Nullable With with)
      implements Baseline {

    public Found {
      detect = List.copyOf(detect);
    }

    @Override
    public Masking masking(Detectors detectors) {
      List<Detector> wanted = detect.isEmpty() ? List.of(new Detector(DetectionPart.ALL)) : detect;
      Operator otherwise = with == null ? null : with.otherwise();
      MaskRule rule =
          new MaskRule(
              "baseline",
              null,
              MaskEntry.names(wanted),
              minScore.value(),
              with == null ? Map.of() : with.byName(),
              otherwise == null ? Operator.Replace.NAMED : otherwise,
              MaskRule.Where.RECORD);
      return new Masking(List.of(rule), detectors);
    }
  }
}
