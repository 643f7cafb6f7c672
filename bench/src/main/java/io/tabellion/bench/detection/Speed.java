package io.tabellion.bench.detection;

import io.tabellion.detect.Detectors;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How fast texts are scanned, in pieces of 16 KiB, by the processor time of the thread, so that
 * other work on the machine counts less. Rounds take turns over the texts; the first ones only warm
 * up.
 */
final class Speed {
  private static final int PIECE = 16_384;
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 5;
  private static final long NANOS = 200_000_000;

  private Speed() {}

  static void measure(PrintWriter out, Detectors detectors, Map<String, String> texts) {
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      for (var text : texts.entrySet()) {
        double rate = rate(detectors, pieces(text.getValue()));
        if (round >= WARM_UP) {
          rates.computeIfAbsent(text.getKey(), key -> new ArrayList<>()).add(rate);
        }
      }
    }
    out.printf("%n### Speed%n%n");
    out.println("| text | median MB/s | least | most |");
    out.println("|---|---|---|---|");
    rates.forEach((name, all) -> {
      Collections.sort(all);
      out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.0f |%n",
          name,
          all.get(ROUNDS / 2),
          all.getFirst(),
          all.getLast());
    });
  }

  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < text.length(); at += PIECE) {
      pieces.add(text.substring(at, Math.min(text.length(), at + PIECE)));
    }
    return pieces;
  }

  private static double rate(Detectors detectors, List<String> pieces) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    long bytes = 0;
    long took = 0;
    while (took < NANOS) {
      for (String piece : pieces) {
        detectors.scan(piece);
        bytes += piece.length();
      }
      took = threads.getCurrentThreadCpuTime() - start;
    }
    return bytes * 1e3 / took;
  }
}
