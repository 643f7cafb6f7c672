package io.tabellion.bench.detection;

import io.tabellion.bench.detection.Labelled.Span;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many tokens of {@link Provided} are masked whole by findings of secrets, and how many such
 * findings lie outside any token.
 */
final class ProvidedBench {
  private final PrintWriter out;
  private final Detectors detectors;
  private final Set<String> secrets;
  private final boolean odd;

  ProvidedBench(PrintWriter out, Detectors detectors, boolean odd) {
    this.out = out;
    this.detectors = detectors;
    this.secrets = detectors.select(Detectors.SECRET);
    this.odd = odd;
  }

  private static final class Count {
    int tokens;
    int found;
    int whole;
  }

  void measure(String name, List<Labelled> set) {
    Map<String, Count> counts = new TreeMap<>();
    int right = 0;
    int wrong = 0;
    for (Labelled labelled : set) {
      List<Finding> findings =
          detectors.scan(labelled.text()).stream()
              .filter(finding -> secrets.contains(finding.detector()))
              .toList();
      List<Finding> good = new ArrayList<>();
      for (Span span : labelled.spans()) {
        count(
            labelled, span, findings, good, counts.computeIfAbsent(span.type(), t -> new Count()));
      }
      right += good.size();
      wrong += findings.size() - good.size();
      tell(labelled, findings, good);
    }
    out.printf("%n### %s (%d texts)%n%n", name, set.size());
    out.println("| tokens | labelled | recall | whole |");
    out.println("|---|---|---|---|");
    Count all = new Count();
    counts.forEach((type, count) -> {
      row(type, count);
      all.tokens += count.tokens;
      all.found += count.found;
      all.whole += count.whole;
    });
    row("all", all);
    out.printf(
        Locale.ROOT, "%nPrecision %.3f (%d wrong).%n", right / (double) (right + wrong), wrong);
  }

  private void row(String type, Count count) {
    out.printf(
        Locale.ROOT,
        "| %s | %d | %.3f | %.3f |%n",
        type,
        count.tokens,
        count.found / (double) count.tokens,
        count.whole / (double) count.tokens);
  }

  private void count(
      Labelled labelled, Span span, List<Finding> findings, List<Finding> good, Count count) {
    boolean whole = false;
    boolean found = false;
    for (Finding finding : findings) {
      if (span.overlaps(finding.start(), finding.end())) {
        found = true;
        whole |= finding.start() <= span.start() && finding.end() >= span.end();
        good.add(finding);
      }
    }
    count.tokens++;
    count.found += found ? 1 : 0;
    count.whole += whole ? 1 : 0;
    if (odd && !whole) {
      out.println((found ? "part " : "missed ") + span.type() + ": " + line(labelled.text()));
    }
  }

  private void tell(Labelled labelled, List<Finding> findings, List<Finding> good) {
    for (Finding finding : findings) {
      if (odd && !good.contains(finding)) {
        out.println(
            "wrong "
                + finding.detector()
                + ": "
                + line(labelled.text())
                + " [["
                + labelled.text().substring(finding.start(), finding.end())
                + "]]");
      }
    }
  }

  private static String line(String text) {
    return text.replace('\n', ' ').substring(0, Math.min(text.length(), 220));
  }
}
