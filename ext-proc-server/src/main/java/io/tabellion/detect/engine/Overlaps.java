package io.tabellion.detect.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps of candidates that overlap the one with the best score, then the longest. */
final class Overlaps {
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score)
          .reversed()
          .thenComparing(Comparator.comparingInt(Overlaps::length).reversed())
          .thenComparingInt(Candidate::start)
          .thenComparingInt(Candidate::detector);

  private Overlaps() {}

  static List<Candidate> resolve(List<Candidate> candidates) {
    List<Candidate> sorted = new ArrayList<>(candidates);
    sorted.sort(BEST_FIRST);
    TreeMap<Integer, Candidate> kept = new TreeMap<>();
    for (Candidate candidate : sorted) {
      if (isFree(kept.floorEntry(candidate.start()), candidate)
          && isFree(kept.ceilingEntry(candidate.start()), candidate)) {
        kept.put(candidate.start(), candidate);
      }
    }
    return List.copyOf(kept.values());
  }

  private static boolean isFree(Map.@Nullable Entry<Integer, Candidate> near, Candidate candidate) {
    return near == null || !near.getValue().overlaps(candidate);
  }

  private static int length(Candidate candidate) {
    return candidate.end() - candidate.start();
  }
}
