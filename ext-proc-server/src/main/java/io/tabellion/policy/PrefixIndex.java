package io.tabellion.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Finds the patterns that may match a name by their literal beginnings: one look-up for each
 * character of the name, however many patterns there are.
 *
 * <p>Filled once, then read by many threads.
 */
final class PrefixIndex {
  private final Map<String, List<Integer>> byPrefix = new HashMap<>();
  private int longest;

  void add(Glob glob, int rule) {
    String prefix = glob.prefix();
    byPrefix.computeIfAbsent(prefix, p -> new ArrayList<>()).add(rule);
    longest = Math.max(longest, prefix.length());
  }

  /** Gives every rule with a pattern that begins as {@code name} does. */
  void candidates(String name, IntConsumer rule) {
    for (int length = 0; length <= Math.min(longest, name.length()); length++) {
      byPrefix.getOrDefault(name.substring(0, length), List.of()).forEach(rule::accept);
    }
  }
}
