package io.tabellion.mask.find;

import io.tabellion.detect.Finding;
import io.tabellion.mask.edit.Marks;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.find.Document.Kind;
import io.tabellion.mask.find.Document.Slot;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Plan;
import io.tabellion.mask.stream.Sequel;
import io.tabellion.mask.text.Disguise;
import java.util.function.Consumer;
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

  /**
   * @param sequel is told where values end, null if nothing goes on from the message
   */
  Findings(Plan plan, Marks marks, @Nullable Sequel sequel) {
    this.plan = plan;
    this.marks = marks;
    this.sequel = sequel;
  }

  /**
   * Something that was found in a name or value, or the part of it that stands there.
   *
   * @param from index in the name or value
   * @param to index after it
   * @param legs whether the scan was for what is sent too
   */
  record Sighting(Slot slot, int from, int to, Finding finding, Where legs) {
    /** Whether a value stands here that the policy lets be; names are none. */
    boolean isAllowed() {
      return slot.kind() != Kind.NAME && slot.origin().reach().allows();
    }

    Origin origin() {
      return slot.origin();
    }
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
        seen -> {
          if (!seen.isAllowed()) {
            mark(seen, seen.to - seen.from);
          }
        });
  }

  /** Reads a document, tells what is found, and empties it. */
  void in(Document document, boolean across, Consumer<Sighting> sightings) {
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

  private static Document.Hits told(Where legs, Consumer<Sighting> sightings) {
    return (slot, from, to, finding) ->
        sightings.accept(new Sighting(slot, from, to, finding, legs));
  }

  /**
   * Marks something where rules want it.
   *
   * @param length of the whole value in characters, with what stands in messages before
   */
  void mark(Sighting seen, int length) {
    Origin origin = seen.origin();
    String detector = seen.finding.detector();
    if (sequel != null) {
      sequel.ended(origin.site(), seen.to, detector, length);
    }
    boolean recordOnly = origin.recordOnly() || seen.legs == Where.RECORD;
    plan.judge(
        seen.finding,
        origin.reach(),
        (operator, rule) -> {
          Span span = new Span(seen.from, seen.to, detector, operator, origin.typed(), rule.rule());
          marks.add(origin.site(), span, recordOnly ? Where.RECORD : rule.where());
        });
  }
}
