package io.tabellion.mask.rule;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import io.tabellion.mask.rule.MaskRule.Where;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Masking} made ready for walks: which detectors run for which leg, and what a finding
 * means.
 *
 * <p>Where both legs want other detectors, each has a scan of its own: of findings that overlap a
 * scan tells one, which must not be one that the leg does not want.
 *
 * <p>Thread-safe; it never changes, but for what it remembers of texts.
 */
public final class Plan {

  /** Finds in a text; {@link Detectors#scan}, but for tests. */
  public interface Scan {
    List<Finding> scan(String text);
  }

  /** A rule with the names of the detectors that it is about. */
  private record Applied(MaskRule rule, int selecting, Map<String, Operator> operators) {}

  private final List<MaskRule> selecting = new ArrayList<>();

  /** Of the rules that select, in their order; then of the places that are allowed. */
  private final List<Selector> selectors = new ArrayList<>();

  private final List<Applied> detecting = new ArrayList<>();
  private final @Nullable Scan forwardScan;
  private final @Nullable Scan recordScan;
  private final boolean once;
  private final @Nullable Plan enforced;
  private final Harmless harmless = new Harmless();

  private Plan(Masking masking, Names names) {
    Set<String> forward = new HashSet<>();
    Set<String> record = new HashSet<>();
    for (MaskRule rule : masking.rules()) {
      int index = rule.select() == null ? -1 : selecting.size();
      if (rule.select() != null) {
        selecting.add(rule);
        selectors.add(rule.select());
      }
      if (!rule.detect().isEmpty()) {
        Map<String, Operator> operators = operators(rule, names);
        detecting.add(new Applied(rule, index, operators));
        record.addAll(operators.keySet());
        if (rule.where() == Where.BOTH) {
          forward.addAll(operators.keySet());
        }
      }
    }
    selectors.addAll(masking.allowed());
    recordScan = record.isEmpty() ? null : names.scan(record);
    once = !forward.isEmpty() && forward.equals(record);
    forwardScan = forward.isEmpty() ? null : once ? recordScan : names.scan(forward);
    enforced = masking.isShaded() ? new Plan(masking.enforced(), names) : null;
  }

  /** What names of detectors and groups mean; {@link Detectors}, but for tests. */
  public interface Names {
    Set<String> select(String nameOrGroup);

    Scan scan(Set<String> names);
  }

  public static Plan of(Masking masking, Names names) {
    return new Plan(masking, names);
  }

  private static Map<String, Operator> operators(MaskRule rule, Names names) {
    Map<String, Operator> operators = new HashMap<>();
    for (String wanted : rule.detect()) {
      names.select(wanted).forEach(name -> operators.put(name, rule.otherwise()));
    }
    rule.with()
        .forEach((group, operator) ->
            names.select(group).forEach(name -> operators.replace(name, operator)));
    rule.with().forEach((name, operator) -> operators.replace(name, operator));
    return operators;
  }

  public boolean isEmpty() {
    return selecting.isEmpty() && detecting.isEmpty();
  }

  /** The same, were the rules in shadow enforced; null if none is in shadow. */
  public @Nullable Plan enforced() {
    return enforced;
  }

  /** Whether a text must be read at all. */
  public boolean detects() {
    return recordScan != null;
  }

  /** Where rules select, in the order of {@link #selecting}, and then what is allowed. */
  List<Selector> selectors() {
    return selectors;
  }

  /** Whether findings are let be at some places. */
  public boolean allows() {
    return selectors.size() > selecting.size();
  }

  /** The rules that select places, in order. */
  public List<MaskRule> selecting() {
    return selecting;
  }

  /** Finds what counts for what is forwarded, null if nothing does. */
  public @Nullable Scan forwardScan() {
    return forwardScan;
  }

  /** Texts of which nothing was masked, apart from any message. */
  public Harmless harmless() {
    return harmless;
  }

  /** Whether both legs want the same detectors, so that one scan is enough. */
  public boolean scansOnce() {
    return once;
  }

  /** Finds what counts for the record. */
  public @Nullable Scan recordScan() {
    return recordScan;
  }

  /**
   * Tells what is to be done about what a detector finds, once for each rule that wants it; that is
   * if it is sure enough for {@link MaskRule#minScore}.
   */
  public void judge(String detector, Reach reach, RuleVisitor visitor) {
    for (Applied applied : detecting) {
      Operator operator = applied.operators.get(detector);
      if (operator != null && (applied.selecting < 0 || reach.within(applied.selecting))) {
        visitor.masked(operator, applied.rule);
      }
    }
  }

  /** Where findings are masked here, null if nowhere: in both legs before one. */
  public @Nullable Where detecting(Reach reach) {
    Where where = null;
    for (Applied applied : detecting) {
      boolean here = applied.selecting < 0 || reach.within(applied.selecting);
      if (here && where != Where.BOTH) {
        where = applied.rule.where();
      }
    }
    return where;
  }

  /** Takes what a rule says of a finding. */
  public interface RuleVisitor {
    void masked(Operator operator, MaskRule rule);
  }
}
