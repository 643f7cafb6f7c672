package io.tabellion.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rules that may match a name by the literal beginnings of their patterns: one look-up
 * for each character of the name, however many rules there are.
 *
 * <p>Filled once, then read by many threads.
 */
final class PrefixIndex {
  /** Rules without a pattern here: they match every name, and none. */
  private final BitSet open = new BitSet();

  private final Map<String, BitSet> byPrefix = new HashMap<>();
  private int longest;

  /** Adds a rule by its patterns; null for one that has none. */
  void add(@Nullable List<Glob> patterns, int rule) {
    if (patterns == null) {
      open.set(rule);
      return;
    }
    for (Glob glob : patterns) {
      String prefix = glob.prefix();
      byPrefix.computeIfAbsent(prefix, p -> new BitSet()).set(rule);
      longest = Math.max(longest, prefix.length());
    }
  }

  /** Takes out the rules that cannot match the name; null for no name. */
  void retain(BitSet rules, @Nullable String name) {
    if (byPrefix.isEmpty()) {
      return;
    }
    List<BitSet> found = name == null ? List.of() : found(name);
    if (found.isEmpty()) {
      rules.and(open);
      return;
    }
    BitSet possible = (BitSet) open.clone();
    found.forEach(possible::or);
    rules.and(possible);
  }

  private List<BitSet> found(String name) {
    List<BitSet> found = new ArrayList<>();
    for (int length = 0; length <= Math.min(longest, name.length()); length++) {
      BitSet rules = byPrefix.get(name.substring(0, length));
      if (rules != null) {
        found.add(rules);
      }
    }
    return found;
  }
}
