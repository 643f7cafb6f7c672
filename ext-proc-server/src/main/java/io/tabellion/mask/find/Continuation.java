package io.tabellion.mask.find;

import io.tabellion.detect.Finding;
import io.tabellion.mask.edit.Marks;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.find.Document.Kind;
import io.tabellion.mask.find.Document.Slot;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Plan;
import io.tabellion.mask.stream.Cut;
import io.tabellion.mask.stream.Sequel;
import io.tabellion.mask.stream.Tails;
import io.tabellion.mask.text.Rest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The beginnings of a message's texts, each read behind the ends of the texts of messages before:
 * of a value that was cut between them the first part went out, and the rest is masked here.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
final class Continuation {
  private final Plan plan;
  private final Sequel sequel;
  private final Marks marks;
  private final Findings findings;
  private final Document document = new Document();

  /** By their number; in the document tail n stands at site -1 - n. */
  private final List<Join> joins = new ArrayList<>(0);

  /** What was found to begin in messages before, and goes on. */
  private @Nullable Finding leaked;

  /** How many of its characters stand there. */
  private int leakedLength;

  /** What was whole there, and only seems to go on. */
  private @Nullable Finding ended;

  Continuation(Plan plan, Sequel sequel, Marks marks, Findings findings) {
    this.plan = plan;
    this.sequel = sequel;
    this.marks = marks;
    this.findings = findings;
  }

  /** A tail with the beginning of a text behind it. */
  private record Join(Tails.Tail tail, char next) {}

  /**
   * Takes the message's next text.
   *
   * @param text not empty
   */
  void text(Origin origin, String text) {
    int site = origin.site();
    int number = sequel.add(site, text);
    for (Cut cut : sequel.known(site)) {
      again(cut, origin);
    }
    int end = sequel.isUnsure(number) ? Rest.end(text) : 0;
    if (end > 0) {
      again(new Cut(site, 0, end, Span.CUT, 1), origin);
    }
    for (Tails.Tail tail : sequel.before(number)) {
      joins.add(new Join(tail, text.charAt(0)));
      String before = tail.text();
      int length = Math.min(text.length(), Tails.LONGEST);
      Origin there = new Origin(-joins.size(), origin.reach(), false, false);
      document.append(there, Kind.TEXT, before, 0, before.length());
      document.append(origin, Kind.TEXT, text, 0, length);
      document.append('\n');
    }
  }

  /** Masks what goes on from a message that is not there. */
  private void again(Cut cut, Origin origin) {
    sequel.cut(cut);
    marks.split(cut.site(), cut.detector());
    if (cut.detector().equals(Span.CUT)) {
      Where where = plan.detecting(origin.reach());
      if (where != null) {
        mark(cut, origin, Operator.Replace.NAMED, where);
      }
    } else {
      plan.judge(
          cut.detector(),
          origin.reach(),
          (operator, rule) -> {
            if (cut.score() >= rule.minScore()) {
              mark(cut, origin, operator, rule.where());
            }
          });
    }
  }

  private void mark(Cut cut, Origin origin, Operator operator, Where where) {
    Span span = new Span(cut.from(), cut.to(), cut.detector(), operator, origin.typed());
    marks.add(cut.site(), span, where);
  }

  /** Masks what goes on from messages that are there. */
  void end() {
    findings.in(document, true, this::seen);
  }

  private void seen(Slot slot, int from, int to, Finding finding, Where legs) {
    int site = slot.origin().site();
    if (site < 0) {
      // The tail comes first; what is found goes on in the site that comes next.
      begun(joins.get(-1 - site), from, finding);
    } else if (!finding.equals(ended) && !Findings.isAllowed(slot)) {
      boolean goesOn = finding.equals(leaked);
      if (goesOn) {
        goesOn(site, from, to, finding);
      }
      findings.mark(slot, from, to, finding, legs, goesOn ? leakedLength + to : to - from);
    }
  }

  /** Something was found that begins in a tail. */
  private void begun(Join join, int from, Finding finding) {
    int length = join.tail.text().length() - from;
    boolean whole = join.tail.ends(finding.detector(), length, join.next);
    leaked = whole ? null : finding;
    ended = whole ? finding : null;
    leakedLength = length;
  }

  private void goesOn(int site, int from, int to, Finding finding) {
    marks.split(site, finding.detector());
    sequel.cut(new Cut(site, from, to, finding.detector(), finding.score()));
  }
}
