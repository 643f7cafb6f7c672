package io.tabellion.faults;

import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.Trail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares three accounts of the same calls: what the MCP server executed, what the client
 * received, and the trail. They are joined by the nonce that each call has as its argument; no call
 * was made twice. The trail is read after a last start and stop in order.
 *
 * @param executed nonces, in the order of the server's journal
 * @param received nonce to all that the client got as answer
 * @param trail all entries
 */
record Books(List<String> executed, Map<String, String> received, List<Trail.Entry> trail) {
  /** A nonce of these tests: letter, two numbers. */
  static final Pattern NONCE = Pattern.compile("n[0-9]+x[0-9]+");

  /** A piece of an answer's content, whole: the mark, the nonce, and in a stream the number. */
  private static final Pattern PIECE =
      Pattern.compile(McpTestServer.MARK + " (" + NONCE.pattern() + ")( [0-9])?\"");

  /** Where a kill can fall. */
  enum Window {
    INTENT_NOT_FORWARDED,
    FORWARDED_WITHOUT_OUTCOME,
    OUTCOME_NOT_RELEASED
  }

  /** Promises that were not kept, in words. */
  List<String> violations() {
    List<String> violations = new ArrayList<>();
    executed.stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
        .forEach((nonce, times) -> {
          if (times > 1) {
            violations.add(nonce + ": executed " + times + " times");
          }
        });
    Map<String, List<Trail.Entry>> intents = intents();
    for (String nonce : executed) {
      if (!intents.containsKey(nonce)) {
        violations.add(nonce + ": executed without an intent");
      }
    }
    intents.forEach((nonce, entries) -> {
      if (entries.size() > 1) {
        violations.add(nonce + ": " + entries.size() + " intents");
      }
    });
    violations.addAll(unrecorded());
    violations.addAll(unclosed());
    return violations;
  }

  /** How often a call was caught in each window. */
  Map<Window, Integer> windows() {
    Map<Window, Integer> counts = new TreeMap<>();
    Map<String, List<Trail.Entry>> outcomes = outcomes();
    intents()
        .forEach((nonce, entries) -> {
          List<Trail.Entry> closed = outcomes.getOrDefault(entries.getFirst().id(), List.of());
          Window window = window(nonce, closed);
          if (window != null) {
            counts.merge(window, 1, Integer::sum);
          }
        });
    return counts;
  }

  String counts() {
    return "calls executed %d, calls answered %d, entries %d, windows %s, violations %d"
        .formatted(
            executed.size(),
            received.values().stream().filter(text -> PIECE.matcher(text).find()).count(),
            trail.size(),
            windows(),
            violations().size());
  }

  private @org.jspecify.annotations.Nullable Window window(String nonce, List<Trail.Entry> closed) {
    if (!executed.contains(nonce)) {
      return Window.INTENT_NOT_FORWARDED;
    }
    if (closed.stream().allMatch(Books::isOrphan)) {
      return Window.FORWARDED_WITHOUT_OUTCOME;
    }
    boolean got = PIECE.matcher(received.getOrDefault(nonce, "")).find();
    return got ? null : Window.OUTCOME_NOT_RELEASED;
  }

  /** Closed by the next start, because nobody knows what came of it. */
  private static boolean isOrphan(Trail.Entry outcome) {
    return outcome.text("outcome").equals("unknown");
  }

  /** Intents that let a call on, by nonce. */
  private Map<String, List<Trail.Entry>> intents() {
    Map<String, List<Trail.Entry>> intents = new HashMap<>();
    for (Trail.Entry entry : trail) {
      if (entry.kind().equals("call.intent") && entry.text("decision").equals("allowed")) {
        Matcher nonce = NONCE.matcher(entry.content() == null ? "" : entry.content());
        if (nonce.find()) {
          intents.computeIfAbsent(nonce.group(), _ -> new ArrayList<>()).add(entry);
        }
      }
    }
    return intents;
  }

  /** Outcomes by the id of their intent. */
  private Map<String, List<Trail.Entry>> outcomes() {
    return trail.stream()
        .filter(entry -> entry.kind().equals("call.outcome"))
        .collect(Collectors.groupingBy(entry -> entry.text("intent")));
  }

  /** Content that the client has and the trail has not (P2). */
  private List<String> unrecorded() {
    String recorded =
        trail.stream()
            .filter(e -> e.kind().equals("call.outcome") || e.kind().equals("stream.event"))
            .map(e -> e.content() == null ? "" : e.content())
            .collect(Collectors.joining("\n"));
    return received.values().stream()
        .flatMap(text -> PIECE.matcher(text).results().map(match -> match.group()))
        .filter(piece -> !recorded.contains(piece))
        .map(piece -> piece + ": received without an outcome")
        .toList();
  }

  /** Intents without exactly one outcome, and outcomes without their intent. */
  private List<String> unclosed() {
    List<String> violations = new ArrayList<>();
    Map<String, List<Trail.Entry>> outcomes = outcomes();
    List<String> ids = new ArrayList<>();
    for (Trail.Entry entry : trail) {
      if (entry.kind().equals("call.intent") && entry.text("decision").equals("allowed")) {
        ids.add(entry.id());
        int count = outcomes.getOrDefault(entry.id(), List.of()).size();
        if (count != 1) {
          violations.add("intent " + entry.id() + ": " + count + " outcomes");
        }
      }
    }
    outcomes.keySet().stream()
        .filter(id -> !ids.contains(id))
        .forEach(id -> violations.add("outcome of " + id + ": no such intent"));
    return violations;
  }
}
