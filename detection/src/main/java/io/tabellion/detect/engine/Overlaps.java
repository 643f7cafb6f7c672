package io.tabellion.detect.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of candidates that overlap the one with the best score, then the longest. Candidates are
 * taken in groups that hang together, most of which are of one.
 */
final class Overlaps {
  private static final Comparator<Candidate> IN_ORDER =
      Comparator.comparingInt(Candidate::start).thenComparingInt(Candidate::detector);

  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score)
          .reversed()
          .thenComparing(Comparator.comparingInt(Overlaps::length).reversed())
          .thenComparing(IN_ORDER);

  private Overlaps() {}

  static List<Candidate> resolve(Candidates candidates) {
    if (candidates.areApart()) {
      return candidates;
    }
    List<Candidate> sorted = new ArrayList<>(candidates);
    sorted.sort(IN_ORDER);
    List<Candidate> kept = new ArrayList<>(sorted.size());
    for (int first = 0; first < sorted.size(); ) {
      int next = first + 1;
      int end = sorted.get(first).end();
      while (next < sorted.size() && sorted.get(next).start() < end) {
        end = Math.max(end, sorted.get(next).end());
        next++;
      }
      if (next == first + 1) {
        kept.add(sorted.get(first));
      } else {
        kept.addAll(best(sorted.subList(first, next)));
      }
      first = next;
    }
    return kept;
  }

  private static Iterable<Candidate> bestFirst(List<Candidate> group) {
    List<Candidate> sorted = new ArrayList<>(group);
    sorted.sort(BEST_FIRST);
    return sorted;
  }

  private static List<Candidate> best(List<Candidate> group) {
    TreeMap<Integer, Candidate> kept = new TreeMap<>();
    for (Candidate candidate : bestFirst(group)) {
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
