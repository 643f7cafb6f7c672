package io.tabellion.mask;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.find.Survey;
import io.tabellion.mask.made.Replacements;
import io.tabellion.mask.rule.Plan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rules in shadow would have masked of a message that goes on: it is masked once more, as if
 * they were enforced, and what is masked now is taken off. Nothing of this goes on or is kept, but
 * for the places.
 */
final class Shade {

  private Shade() {}

  /**
   * Returns a line {@code RULE DETECTOR COUNT PLACE} for each place.
   *
   * @param found what is masked of the message
   * @param enforced how it would be masked; null if no rule is in shadow
   * @param masked what was masked: both stand in one leaf
   */
  static List<String> of(
      Json sent, Survey.Found found, @Nullable Plan enforced, Replacements made, Tally masked) {
    if (enforced == null) {
      return List.of();
    }
    Survey.Found would = Survey.of(sent, enforced);
    Map<Integer, List<Span>> more = new HashMap<>();
    for (int site : would.sent().sites()) {
      List<Span> already = found.sent().at(site);
      List<Span> spans =
          would.sent().at(site).stream().filter(span -> !isWithin(span, already)).toList();
      if (!spans.isEmpty()) {
        more.put(site, spans);
      }
    }
    return more.isEmpty() ? List.of() : places(sent, would, more, made).linesBeside(masked);
  }

  private static boolean isWithin(Span span, List<Span> others) {
    return others.stream()
        .anyMatch(other -> other.start() <= span.start() && span.end() <= other.end());
  }

  /** Names in places are told as the record has them: what is in shadow masks them there. */
  private static Tally places(
      Json sent, Survey.Found would, Map<Integer, List<Span>> more, Replacements made) {
    Tally tally = new Tally();
    Json _ =
        Rewrite.of(
            sent,
            would.sent(),
            would.kept(),
            would.insides(),
            made,
            (site, _, place, _, _) -> {
              List<Span> spans = more.remove(site); // all of a site are told at its first
              if (spans != null) {
                spans.forEach(span -> tally.wouldBe(span.rule(), span.detector(), place));
              }
            });
    return tally;
  }
}
