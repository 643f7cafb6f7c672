package io.tabellion.audit;

import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Tally;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts durable entries by kind and decision, requests by server, and the rules that matched. What
 * it names is of closed sets, of the policy, or of Envoy's configuration; nothing that clients or
 * MCP servers send.
 *
 * <p>Belongs to the writer's thread.
 */
final class Tallies {
  private static final String NONE = "none";

  private final Metrics metrics;
  private final Map<EntryKind, Map<String, LongAdder>> entries = new EnumMap<>(EntryKind.class);
  private final Map<String, Map<String, LongAdder>> requests = new HashMap<>();
  private final Map<String, Map<String, LongAdder>> rules = new HashMap<>();

  Tallies(Metrics metrics) {
    this.metrics = metrics;
  }

  void count(Leaf leaf) {
    Facts facts = leaf.facts();
    String decision = text(facts.text(Fact.DECISION));
    entries
        .computeIfAbsent(leaf.kind(), _ -> new HashMap<>())
        .computeIfAbsent(decision, _ -> metrics.series(Tally.ENTRIES, leaf.kind().text(), decision))
        .increment();
    if (leaf.kind() == EntryKind.CALL_INTENT) {
      of(requests, Tally.REQUESTS, text(facts.text(Fact.SERVER)), decision).increment();
    }
    if (decision.equals(NONE)) {
      return; // what became of an approval names the rules of its call
    }
    for (String rule : facts.texts(Fact.RULES)) {
      if (rule.indexOf(' ') < 0) { // else it says that there are more than the leaf names
        of(rules, Tally.RULES, rule, decision).increment();
      }
    }
  }

  /** What is more than {@code Tally} counts by itself is not remembered either. */
  private LongAdder of(
      Map<String, Map<String, LongAdder>> known, Tally tally, String name, String decision) {
    Map<String, LongAdder> byDecision = known.get(name);
    if (byDecision == null) {
      if (known.size() >= Tally.MOST) {
        return metrics.series(tally, name, decision);
      }
      byDecision = new HashMap<>();
      known.put(name, byDecision);
    }
    return byDecision.computeIfAbsent(decision, word -> metrics.series(tally, name, word));
  }

  private static String text(@Nullable String fact) {
    return fact == null ? NONE : fact;
  }
}
