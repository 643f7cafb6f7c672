package io.tabellion.cli.policy;

import io.tabellion.audit.Fact;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Replay.Rejudged;
import io.tabellion.terminal.Printable;
import io.tabellion.trail.recall.Recalled;
import io.tabellion.trail.recall.Recording;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a replay found: the changes, those that refuse more first, by rule.
 *
 * <p>Not thread-safe.
 */
final class ReplayReport {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  private final ZoneId zone;
  private final List<Change> changes = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();
  private long same;
  private long notJudged;

  ReplayReport(ZoneId zone) {
    this.zone = zone;
  }

  /** A decision that would be another one. */
  private record Change(Recording recording, Action from, Action to, List<String> rules) {
    private String title() {
      return from.text() + " -> " + to.text();
    }

    /** Allowed and then denied comes first; what is let on that was not comes last. */
    private int rank() {
      return from.compareTo(to);
    }

    private String by() {
      return rules.isEmpty() ? "by default" : "rule " + String.join(", ", rules);
    }
  }

  /** A decision that hangs on what the record does not tell. */
  private record Open(Recording recording, List<String> rules) {
    private String by() {
      return rules.isEmpty() ? "what it is about is masked" : "rule " + String.join(", ", rules);
    }
  }

  /** Adds what became of a message; null if the policy was not asked about it. */
  void add(Recording recording, @Nullable Rejudged rejudged) {
    Action before = recording.decided();
    if (rejudged == null || before == null) {
      notJudged++;
    } else if (rejudged.action() == null) {
      open.add(new Open(recording, rejudged.open()));
    } else if (rejudged.action() == before) {
      same++;
    } else {
      changes.add(new Change(recording, before, rejudged.action(), rejudged.rules()));
    }
  }

  boolean changes() {
    return !changes.isEmpty();
  }

  void print(PrintWriter out, boolean json) {
    changes.sort(Comparator.comparingInt(Change::rank));
    if (json) {
      printJson(out);
    } else {
      printText(out);
    }
  }

  private void printText(PrintWriter out) {
    Map<String, Map<String, List<Recording>>> byTitle = new LinkedHashMap<>();
    for (Change change : changes) {
      byTitle
          .computeIfAbsent(change.title(), _ -> new TreeMap<>())
          .computeIfAbsent(change.by(), _ -> new ArrayList<>())
          .add(change.recording);
    }
    Map<String, List<Recording>> undecidable = new TreeMap<>();
    open.forEach(
        one -> undecidable.computeIfAbsent(one.by(), _ -> new ArrayList<>()).add(one.recording));
    byTitle.forEach((title, rules) -> section(out, title, rules));
    if (!undecidable.isEmpty()) {
      section(out, "undecidable", undecidable);
    }
    out.printf(
        "%d same, %d changed, %d undecidable; %d messages that no policy judged%n",
        same, changes.size(), open.size(), notJudged);
    out.println("Not replayed: limits of calls, masks, quarantine.");
  }

  private void section(PrintWriter out, String title, Map<String, List<Recording>> rules) {
    int many = rules.values().stream().mapToInt(List::size).sum();
    out.println(title + ": " + many);
    rules.forEach((rule, recordings) -> {
      out.printf("  %s: %d%n", rule, recordings.size());
      recordings.forEach(recording -> out.println("    " + Printable.of(line(recording))));
    });
    out.println();
  }

  private String line(Recording recording) {
    Recalled facts = recording.entry();
    String object = facts.text(Fact.TOOL) + facts.text(Fact.PROMPT) + facts.text(Fact.RESOURCE);
    String what = recording.direction().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return "%s  %s  %s  %s  %s %s  %s"
        .formatted(
            facts.id(),
            TIME.format(facts.at().atZone(zone)),
            facts.text(Fact.SUBJECT).isEmpty()
                ? facts.text(Fact.IDENTITY)
                : facts.text(Fact.SUBJECT),
            facts.text(Fact.SERVER),
            facts.text(Fact.METHOD),
            object,
            what)
        .replaceAll(" +$", "");
  }

  private void printJson(PrintWriter out) {
    for (Change change : changes) {
      out.println(
          JsonWriter.toText(
              message(change.recording, change.rules)
                  .with("from", new Json.Text(change.from.text()))
                  .with("to", new Json.Text(change.to.text()))));
    }
    for (Open one : open) {
      out.println(
          JsonWriter.toText(
              message(one.recording, one.rules).with("to", new Json.Text("undecidable"))));
    }
    out.println(
        JsonWriter.toText(
            Json.Obj.EMPTY
                .with("same", number(same))
                .with("changed", number(changes.size()))
                .with("undecidable", number(open.size()))
                .with("not_judged", number(notJudged))));
  }

  private static Json.Obj message(Recording recording, List<String> rules) {
    List<Json> ids = new ArrayList<>();
    rules.forEach(rule -> ids.add(new Json.Text(rule)));
    return Json.Obj.EMPTY
        .with("entry", new Json.Text(recording.entry().id()))
        .with("index", number(recording.entry().index()))
        .with("rules", new Json.Array(ids));
  }

  private static Json.Num number(long value) {
    return new Json.Num(Long.toString(value));
  }
}
