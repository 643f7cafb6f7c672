package io.tabellion.mask.find;

import io.tabellion.detect.Finding;
import io.tabellion.mask.edit.Marks;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.find.Document.Kind;
import io.tabellion.mask.find.Document.Slot;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Plan;
import io.tabellion.mask.stream.Sequel;
import io.tabellion.mask.text.Disguise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What detectors find in documents, and the marks that rules put on it.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
final class Findings {
  private final Plan plan;
  private final Marks marks;
  private final @Nullable Sequel sequel;
  private Wanted last = Wanted.NONE;

  /**
   * @param sequel is told where values end, null if nothing goes on from the message
   */
  Findings(Plan plan, Marks marks, @Nullable Sequel sequel) {
    this.plan = plan;
    this.marks = marks;
    this.sequel = sequel;
  }

  /** Takes what was found in a name or value, or the part of it that stands there. */
  interface Sightings {
    /**
     * Something was found.
     *
     * @param from index in the name or value
     * @param to index after it
     * @param legs whether the scan was for what is sent too
     */
    void seen(Slot slot, int from, int to, Finding finding, Where legs);
  }

  /** Whether a value stands there that the policy lets be; names are none. */
  static boolean isAllowed(Slot slot) {
    return slot.kind() != Kind.NAME && slot.origin().reach().allows();
  }

  /**
   * Reads a document, marks what is found, and empties it.
   *
   * @param across whether only what stands in two values at once counts
   */
  void in(Document document, boolean across) {
    in(
        document,
        across,
        (slot, from, to, finding, legs) -> {
          if (!isAllowed(slot)) {
            mark(slot, from, to, finding, legs, to - from);
          }
        });
  }

  /** Reads a document, tells what is found, and empties it. */
  void in(Document document, boolean across, Sightings sightings) {
    Plan.Scan record = plan.recordScan();
    if (record != null && !document.isEmpty()) {
      String text = document.text();
      Disguise disguise = Disguise.of(text);
      boolean once = plan.scansOnce();
      Where legs = once ? Where.BOTH : Where.RECORD;
      document.scan(record, text, disguise, across, told(legs, sightings));
      Plan.Scan forward = plan.forwardScan();
      if (forward != null && !once) {
        document.scan(forward, text, disguise, across, told(Where.BOTH, sightings));
      }
    }
    document.clear();
  }

  private static Document.Hits told(Where legs, Sightings sightings) {
    return (slot, from, to, finding) -> sightings.seen(slot, from, to, finding, legs);
  }

  /**
   * Marks something where rules want it.
   *
   * @param length of the whole value in characters, with what stands in messages before
   */
  void mark(Slot slot, int from, int to, Finding finding, Where legs, int length) {
    Origin origin = slot.origin();
    if (sequel != null) {
      sequel.ended(origin.site(), to, finding.detector(), length);
    }
    if (!last.isOf(finding.detector(), origin)) {
      last = new Wanted(finding.detector(), origin, wants(finding.detector(), origin));
    }
    boolean recordOnly = origin.recordOnly() || legs == Where.RECORD;
    for (Want want : last.wants) {
      MaskRule rule = want.rule;
      if (finding.score() >= rule.minScore()) {
        marks.add(origin.site(), from, to, want.like, recordOnly ? Where.RECORD : rule.where());
      }
    }
  }

  private List<Want> wants(String detector, Origin origin) {
    List<Want> wants = new ArrayList<>();
    plan.judge(
        detector,
        origin.reach(),
        (operator, rule) ->
            wants.add(
                new Want(rule, new Span(0, 0, detector, operator, origin.typed(), rule.rule()))));
    return wants;
  }

  /**
   * What a rule wants where a detector finds something sure enough.
   *
   * @param like the span, but for its place
   */
  private record Want(MaskRule rule, Span like) {}

  /** What rules want of one detector in one value: mostly the next finding is of both, too. */
  private record Wanted(String detector, @Nullable Origin origin, List<Want> wants) {
    static final Wanted NONE = new Wanted("", null, List.of());

    @SuppressWarnings("ReferenceEquality") // others only cost time
    boolean isOf(String otherDetector, Origin other) {
      return detector.equals(otherDetector) && origin == other;
    }
  }
}
