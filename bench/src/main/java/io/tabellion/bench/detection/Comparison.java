package io.tabellion.bench.detection;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Ours and another program on the same texts, pooled over the types that both have; the rates are
 * by the clock, with what it takes to hand the other its texts.
 */
final class Comparison {
  /** Of each clean material; enough for a rate, and the other may be slow. */
  private static final int CLEAN = 65_536;

  private static final int PIECE = 4_096;

  /** Passes before ours are timed; the other has run for as long when its second set begins. */
  private static final int WARM_UP = 10;

  private final PrintWriter out;
  private final Detectors detectors;
  private final Peer peer;
  private final Set<String> common;

  Comparison(PrintWriter out, Detectors detectors, Peer peer) {
    this.out = out;
    this.detectors = detectors;
    this.peer = peer;
    this.common = new HashSet<>(peer.types());
    common.retainAll(detectors.names());
  }

  void sets(Map<String, List<Labelled>> sets) {
    out.printf("%n### Compared, %d types that both have%n%n", common.size());
    out.println("| set | who | labelled | precision | recall | F2 | hidden | MB/s |");
    out.println("|---|---|---|---|---|---|---|---|");
    for (int i = 0; i < WARM_UP; i++) {
      sets.values().forEach(set -> set.forEach(labelled -> detectors.scan(labelled.text())));
    }
    sets.forEach((name, set) -> {
      row(name, "ours", set, detectors::scan);
      row(name, "peer", set, peer::find);
      out.flush();
    });
  }

  private void row(
      String name, String who, List<Labelled> set, Function<String, List<Finding>> finder) {
    Quality quality = new Quality(finder, common);
    long start = System.nanoTime();
    set.forEach(labelled -> quality.add(labelled, (what, text) -> {}));
    double seconds = (System.nanoTime() - start) / 1e9;
    Score pooled = quality.pooled();
    out.printf(
        Locale.ROOT,
        "| %s | %s | %d | %.3f | %.3f | %.3f | %.3f | %.2f |%n",
        name,
        who,
        pooled.labelled(),
        pooled.precision(),
        pooled.recall(),
        pooled.f2(),
        pooled.hiddenShare(),
        quality.megabytes() / seconds);
  }

  void clean(Map<String, String> texts) {
    out.printf("%n### Compared, clean material (%d KB of each)%n%n", CLEAN / 1024);
    out.println("| material | ours, per MB | peer, per MB, of the common types | and of all |");
    out.println("|---|---|---|---|");
    texts.forEach((name, text) -> {
      String part = text.substring(0, Math.min(CLEAN, text.length()));
      double megabytes = part.getBytes(StandardCharsets.UTF_8).length / 1e6;
      List<Finding> ours = all(part, detectors::scan);
      List<Finding> theirs = all(part, peer::find);
      out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.0f |%n",
          name,
          common(ours) / megabytes,
          common(theirs) / megabytes,
          theirs.size() / megabytes);
      out.flush();
    });
  }

  private long common(List<Finding> findings) {
    return findings.stream().filter(finding -> common.contains(finding.detector())).count();
  }

  private static List<Finding> all(String text, Function<String, List<Finding>> finder) {
    List<Finding> all = new ArrayList<>();
    for (int at = 0; at < text.length(); at += PIECE) {
      all.addAll(finder.apply(text.substring(at, Math.min(text.length(), at + PIECE))));
    }
    return all;
  }
}
