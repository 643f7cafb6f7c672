package io.tabellion.bench.detection;

import io.tabellion.bench.detection.Labelled.Span;
import io.tabellion.detect.Finding;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Compares findings with labels. A labelled range is found if a finding of its type overlaps it; a
 * finding that overlaps no label of its type is wrong; a label that a finding of any type overlaps
 * is hidden. Types that no label has are not counted.
 */
final class Quality {
  /** What other sets call our types. */
  private static final Map<String, String> OURS =
      Map.of(
          "EMAIL_ADDRESS", "EMAIL",
          "PHONE_NUMBER", "PHONE",
          "IBAN_CODE", "IBAN",
          "US_SSN", "US_SSN",
          "CREDIT_CARD", "CREDIT_CARD",
          "IP_ADDRESS", "IP_ADDRESS");

  private final Function<String, List<Finding>> finder;
  private final Set<String> types;
  private final Map<String, Score> scores = new TreeMap<>();
  private final Map<String, Integer> others = new TreeMap<>();
  private long bytes;

  /**
   * @param finder what is measured
   * @param types what it can find: labels of other types do not count
   */
  Quality(Function<String, List<Finding>> finder, Set<String> types) {
    this.finder = finder;
    this.types = Set.copyOf(types);
  }

  static String ours(String type) {
    return OURS.getOrDefault(type, type);
  }

  /** Counts one text; {@code odd} hears of what was missed and what is wrong. */
  void add(Labelled labelled, BiConsumer<String, String> odd) {
    bytes += labelled.text().getBytes(StandardCharsets.UTF_8).length;
    List<Finding> findings = finder.apply(labelled.text());
    Set<Finding> right = new HashSet<>();
    for (Span span : labelled.spans()) {
      String type = ours(span.type());
      if (types.contains(type)) {
        count(labelled, span, type, findings, right, odd);
      }
    }
    for (Finding finding : findings) {
      if (!right.contains(finding)) {
        wrong(labelled, finding, odd);
      }
    }
  }

  private void count(
      Labelled labelled,
      Span span,
      String type,
      List<Finding> findings,
      Set<Finding> right,
      BiConsumer<String, String> odd) {
    Score score = scores.computeIfAbsent(type, key -> new Score());
    boolean found = false;
    boolean hidden = false;
    for (Finding finding : findings) {
      if (!span.overlaps(finding.start(), finding.end())) {
        continue;
      }
      hidden = true;
      if (finding.detector().equals(type)) {
        found = true;
        right.add(finding);
        score.exact += finding.start() == span.start() && finding.end() == span.end() ? 1 : 0;
      }
    }
    score.hidden += hidden ? 1 : 0;
    if (found) {
      score.found++;
    } else {
      score.missed++;
      odd.accept("missed " + type, around(labelled.text(), span.start(), span.end()));
    }
  }

  private void wrong(Labelled labelled, Finding finding, BiConsumer<String, String> odd) {
    others.merge(finding.detector(), 1, Integer::sum);
    odd.accept(
        "wrong " + finding.detector(), around(labelled.text(), finding.start(), finding.end()));
  }

  private static String around(String text, int start, int end) {
    return text.substring(Math.max(0, start - 50), start).replace('\n', ' ')
        + "[["
        + text.substring(start, end)
        + "]]"
        + text.substring(end, Math.min(text.length(), end + 20)).replace('\n', ' ');
  }

  /** Returns the counts by type, for types that have labels. */
  Map<String, Score> scores() {
    others.forEach((type, wrong) -> {
      Score score = scores.get(type);
      if (score != null) {
        score.wrong = wrong;
      }
    });
    return scores;
  }

  /** Returns how many findings overlap no label of their type, by type. */
  Map<String, Integer> wrong() {
    return others;
  }

  Score pooled() {
    Score pooled = new Score();
    scores().values().forEach(pooled::add);
    return pooled;
  }

  double megabytes() {
    return bytes / 1e6;
  }
}
