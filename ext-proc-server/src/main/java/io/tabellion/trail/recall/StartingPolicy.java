package io.tabellion.trail.recall;

import io.tabellion.audit.Fact;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Sender;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Methods;
import io.tabellion.policy.Question.Direction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A policy that allows what was seen to be allowed: one rule for the tools, prompts or other
 * methods of a server that the same callers use.
 *
 * <p>Not thread-safe.
 */
public final class StartingPolicy {
  private static final int LONGEST_ID = 50;

  /** Who used what. */
  private final Map<Used, Set<Who>> seen =
      new TreeMap<>(
          Comparator.comparing(Used::server).thenComparing(Used::kind).thenComparing(Used::name));

  /**
   * Something that is allowed.
   *
   * @param kind {@code tools}, {@code prompts} or {@code methods}
   */
  private record Used(String server, String kind, String name) {}

  /** A caller; without groups and subject anonymous. */
  private record Who(String subject, List<String> groups) {
    private boolean known() {
      return !subject.isEmpty() || !groups.isEmpty();
    }
  }

  /** Takes a message into account, if it was a client's and allowed. */
  public void observe(Recording recording) {
    Recalled facts = recording.entry();
    if (!recording.judged()
        || recording.direction() != Direction.REQUEST
        || recording.decided() != Action.ALLOW
        || !recording.targetIsClear()
        || Methods.openByDefault(Direction.REQUEST, facts.text(Fact.METHOD))
        || facts.text(Fact.SERVER).isEmpty()
        || Method.of(facts.text(Fact.METHOD), Sender.CLIENT).isEmpty()) {
      return;
    }
    Who who = new Who(facts.text(Fact.SUBJECT), clear(facts.texts(Fact.GROUPS)));
    seen.computeIfAbsent(used(facts), _ -> new HashSet<>()).add(who);
  }

  private static Used used(Recalled facts) {
    if (!facts.text(Fact.TOOL).isEmpty()) {
      return new Used(facts.text(Fact.SERVER), "tools", facts.text(Fact.TOOL));
    }
    boolean prompt =
        facts.text(Fact.METHOD).equals("prompts/get") && !facts.text(Fact.PROMPT).isEmpty();
    return prompt
        ? new Used(facts.text(Fact.SERVER), "prompts", facts.text(Fact.PROMPT))
        : new Used(facts.text(Fact.SERVER), "methods", facts.text(Fact.METHOD));
  }

  /** A long list is cut in an entry; what is cut is no group. */
  private static List<String> clear(List<String> groups) {
    return groups.stream().filter(group -> !group.matches("and [0-9]+ more")).toList();
  }

  public boolean isEmpty() {
    return seen.isEmpty();
  }

  /** The file. */
  public String text() {
    StringBuilder rules = new StringBuilder();
    StringBuilder tests = new StringBuilder();
    int number = 0;
    for (Map.Entry<Group, List<Used>> rule : rules().entrySet()) {
      number++;
      Group group = rule.getKey();
      String id = id(group, number);
      rules.append(rule(id, group, rule.getValue()));
      tests.append(test(id, rule.getValue().getFirst()));
    }
    return """
    # Allows what was allowed in the traffic that it was written from. In mode shadow everything passes, and
    # entries say what would have been decided. Read it, and take out what should not be. To enforce it:
    # mode: enforce, and in the tests "rules" in the place of "shadow".
    apiVersion: tabellion.io/v1
    kind: Policy
    metadata: {name: observed}
    mode: shadow
    rules:
    """
        + rules
        + "tests:\n"
        + tests;
  }

  /** What is allowed to the same callers of a server. */
  private record Group(String server, String kind, String when) {}

  private Map<Group, List<Used>> rules() {
    Map<Group, List<Used>> rules =
        new TreeMap<>(
            Comparator.comparing(Group::server)
                .thenComparing(Group::kind)
                .thenComparing(Group::when));
    seen.forEach((used, callers) ->
        rules
            .computeIfAbsent(
                new Group(used.server(), used.kind(), condition(callers)), _ -> new ArrayList<>())
            .add(used));
    return rules;
  }

  private static String rule(String id, Group group, List<Used> used) {
    String names = used.stream().map(one -> pattern(one.name())).collect(Collectors.joining(", "));
    String who = group.when().isEmpty() ? " # anonymous callers, so anybody" : "";
    String when = group.when().isEmpty() ? "" : "    when: " + quoted(group.when()) + "\n";
    return """
      - id: %s%s
        match: {servers: [%s], %s: [%s]}
    %s    then: allow
    """
        .formatted(id, who, pattern(group.server()), group.kind(), names, when);
  }

  private String test(String id, Used used) {
    Who who =
        seen.getOrDefault(used, Set.of()).stream()
            .min(Comparator.comparing(Who::subject).thenComparing(one -> one.groups().toString()))
            .orElseThrow();
    String key = used.kind().substring(0, used.kind().length() - 1);
    String subject = who.subject().isEmpty() ? "" : "subject: " + quoted(who.subject()) + ", ";
    return """
      - name: %s
        given: {server: %s, %s: %s, principal: {%sgroups: [%s]}}
        expect: {decision: allow, shadow: [%s]}
    """
        .formatted(
            quoted(id + " as seen"),
            quoted(used.server()),
            key,
            quoted(used.name()),
            subject,
            who.groups().stream().map(StartingPolicy::quoted).collect(Collectors.joining(", ")),
            id);
  }

  private static String id(Group group, int number) {
    String server =
        group.server().replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    String cut = server.length() > LONGEST_ID ? server.substring(0, LONGEST_ID) : server;
    return (cut.isEmpty() ? "server" : cut) + "-" + number;
  }

  /** Few groups that all callers are in, and the subjects of those that are in none. */
  private static String condition(Collection<Who> callers) {
    if (callers.stream().anyMatch(who -> !who.known())) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    cover(callers).forEach(group -> parts.add(literal(group) + " in principal.groups"));
    Set<String> subjects =
        callers.stream()
            .filter(who -> who.groups().isEmpty())
            .map(Who::subject)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!subjects.isEmpty()) {
      parts.add(
          "principal.subject in ["
              + subjects.stream().map(StartingPolicy::literal).collect(Collectors.joining(", "))
              + "]");
    }
    return String.join(" || ", parts);
  }

  /** The group of most callers first, until each caller is in one. */
  private static Set<String> cover(Collection<Who> callers) {
    List<Who> left =
        new ArrayList<>(callers.stream().filter(who -> !who.groups().isEmpty()).toList());
    Set<String> cover = new TreeSet<>();
    while (!left.isEmpty()) {
      Map<String, Integer> members = new TreeMap<>();
      left.forEach(who -> who.groups().forEach(group -> members.merge(group, 1, Integer::sum)));
      String largest =
          members.entrySet().stream()
              .max(
                  Map.Entry.<String, Integer>comparingByValue()
                      .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
              .orElseThrow()
              .getKey();
      cover.add(largest);
      left.removeIf(who -> who.groups().contains(largest));
    }
    return cover;
  }

  /** A text in CEL. */
  private static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** A name as a pattern: nothing in it is a wild card but by need. */
  private static String pattern(String name) {
    return quoted(name.replaceAll("[*?\\[\\]{}\\\\]", "\\\\$0").replaceAll("\\p{Cntrl}", "?"));
  }

  /** A text in YAML: in double quotes it is written as in JSON. */
  private static String quoted(String text) {
    return JsonWriter.toText(new Json.Text(text));
  }
}
