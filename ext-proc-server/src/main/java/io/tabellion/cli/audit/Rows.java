package io.tabellion.cli.audit;

import com.google.protobuf.Timestamp;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Facts;
import io.tabellion.terminal.Printable;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** Entries as a table: one line each, columns aligned, colours only on a terminal. */
final class Rows {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");
  private static final int WIDEST = 48;
  private static final String WOULD = "would=";
  private static final int KIND = 2;
  private static final int[] LIVE = {7, 23, 13, 16, 10, 32};

  private final PrintWriter out;
  private final ZoneId zone;
  private final Ansi ansi = Ansi.AUTO;
  private final int[] widths = new int[LIVE.length + 1];
  private boolean titled;

  Rows(PrintWriter out, ZoneId zone) {
    this.out = out;
    this.zone = zone;
  }

  /** Prints a page of entries, each column as wide as it must be so far; first the titles. */
  void print(List<Entry> entries) {
    List<List<String>> rows = new ArrayList<>();
    if (!titled) {
      titled = true;
      rows.add(titles());
    }
    entries.forEach(entry -> rows.add(cells(entry)));
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    rows.forEach(row -> line(row, widths));
  }

  /** Entries under one line of titles, those that belong to another one indented. */
  final class Table {
    private final int[] widths = new int[titles().size()];

    /** A table of these entries. */
    Table(List<Entry> entries) {
      widen(titles());
      entries.forEach(entry -> widen(indented(entry)));
      line(titles(), widths);
    }

    void print(Entry entry) {
      line(indented(entry), widths);
    }

    private void widen(List<String> cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], cells.get(i).length());
      }
    }

    private List<String> indented(Entry entry) {
      List<String> cells = new ArrayList<>(cells(entry));
      if (!entry.getFacts().getIntent().isEmpty()) {
        cells.set(KIND, "  " + cells.get(KIND));
      }
      return cells;
    }
  }

  /** Prints the titles of entries that will come one by one. */
  void printTitles() {
    line(titles(), LIVE);
  }

  /** Prints an entry that came. */
  void print(Entry entry) {
    line(cells(entry), LIVE);
    out.flush();
  }

  String time(Timestamp at) {
    return time(Instant.ofEpochSecond(at.getSeconds(), at.getNanos()));
  }

  String time(Instant at) {
    return TIME.format(at.atZone(zone));
  }

  private List<String> titles() {
    return List.of(
        "INDEX",
        "TIME (" + (zone.equals(ZoneOffset.UTC) ? "UTC" : zone) + ")",
        "KIND",
        "WHO",
        "SERVER",
        "WHAT",
        "VERDICT");
  }

  private List<String> cells(Entry entry) {
    Facts facts = entry.getFacts();
    return List.of(
        Long.toString(entry.getIndex()),
        time(entry.getAt()),
        cell(entry.getKind()),
        cell(who(facts)),
        cell(facts.getServer()),
        cell(what(facts)),
        cell(verdict(entry)));
  }

  private static String cell(String text) {
    String shown = Printable.of(text);
    return shown.length() > WIDEST ? shown.substring(0, WIDEST - 1) + "…" : shown;
  }

  private static String who(Facts facts) {
    return first(facts.getSubject(), facts.getReader(), facts.getWorkload(), facts.getIdentity());
  }

  private static String what(Facts facts) {
    String object = first(facts.getTool(), facts.getPrompt(), facts.getResource());
    String did = first(facts.getMethod(), facts.getQuery(), stopped(facts), facts.getDetail());
    String event = facts.getEvent() > 0 ? " #" + facts.getEvent() : "";
    return (did + " " + object).strip() + event;
  }

  /** What a stop stops, and once it is over how much it refused. */
  private static String stopped(Facts facts) {
    return facts.getStoppedCount() == 0
        ? ""
        : (String.join(", ", facts.getStoppedList())
                + " "
                + String.join(", ", facts.getCountersList()))
            .strip();
  }

  private static String verdict(Entry entry) {
    Facts facts = entry.getFacts();
    boolean ended = entry.getKind().equals("call.outcome");
    String verdict =
        ended
            ? first(facts.getOutcome(), facts.getDecision())
            : first(facts.getDecision(), facts.getOutcome());
    return (verdict + " " + facts.getReason() + approval(entry.getKind(), facts)).strip()
        + would(facts.getShadowList())
        + would(facts.getCandidateList());
  }

  /** Which request for approval an entry is about, and who decided. */
  private static String approval(String kind, Facts facts) {
    if (!kind.startsWith("approval.")) {
      return "";
    }
    return facts.getApproval()
        + (facts.getApprover().isEmpty() ? "" : " by " + facts.getApprover());
  }

  /** What would have been decided, and by which rules; empty if nothing else. */
  private static String would(List<String> lines) {
    String action = "";
    List<String> rules = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(WOULD)) {
        action = line.substring(WOULD.length());
      } else if (line.indexOf('=') < 0) {
        rules.add(line);
      }
    }
    return action.isEmpty()
        ? ""
        : " (would %s%s)".formatted(action, rules.isEmpty() ? "" : ": " + String.join(", ", rules));
  }

  private static String first(String... texts) {
    for (String text : texts) {
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  private void line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size() - 1; i++) {
      String pad =
          " ".repeat(Math.max(0, (i < widths.length ? widths[i] : 0) - cells.get(i).length()));
      line.append(i == 0 ? pad + cells.get(i) : cells.get(i) + pad).append("  ");
    }
    out.println((line + coloured(cells.getLast())).stripTrailing());
  }

  private String coloured(String verdict) {
    String word = verdict.replaceAll(" .*", "");
    String style =
        Outcome.of(word)
            .map(Rows::colour)
            .or(() -> Disposition.of(word).map(Rows::colour))
            .orElse("");
    return style.isEmpty() || !ansi.enabled()
        ? verdict
        : Ansi.Style.on(Ansi.Style.valueOf("fg_" + style))
            + verdict
            + Ansi.Style.off(Ansi.Style.valueOf("fg_" + style));
  }

  private static String colour(Outcome outcome) {
    return switch (outcome) {
      case OK -> "green";
      case RPC_ERROR, HTTP_ERROR, WITHHELD -> "red";
      case TOOL_ERROR, NOT_RELEASED, UNKNOWN -> "yellow";
    };
  }

  private static String colour(Disposition disposition) {
    return switch (disposition) {
      case ALLOWED -> "green";
      case DENIED, REFUSED, WITHHELD -> "red";
      case FILTERED, DROPPED, UNKNOWN -> "yellow";
      case QUARANTINED -> "";
    };
  }
}
