package io.tabellion.metrics;

import java.util.List;

/** What is counted by labels: a closed set of names. How many values a label has is bounded. */
public enum Tally {
  /** Durable entries. Both labels are words of the audit format. */
  ENTRIES("entries", "Entries that were made durable.", "kind", "decision"),
  /** Requests, by the server's name in Envoy's configuration. */
  REQUESTS("requests", "Requests by MCP server and decision.", "server", "decision"),
  /** Rules by their id in the policy. */
  RULES(
      "rule_matches", "Messages that a rule matched, by what became of them.", "rule", "decision"),
  /** Values that were masked, by the detector's name. */
  MASKED("masked_values", "Values that were masked, by what was found.", "detector"),
  /** Files that were read again. */
  RELOADS("reloads", "Changed files that were read again.", "files", "result"),
  /** Spans of calls, where there is a collector. */
  SPANS("spans", "Spans of calls, by what became of them.", "result"),
  /** What was refused because something is full. */
  NO_ROOM("no_room", "Messages refused because there was no room for them.", "reason");

  /** Values of the first label; others are counted as {@link #OTHER}. */
  public static final int MOST = 200;

  /** Stands in the place of a value that is one too many. */
  public static final String OTHER = "other";

  private final String text;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // never changed
  private final List<String> labels;

  Tally(String text, String help, String... labels) {
    this.text = text;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** The name; metrics put {@code tabellion_} before and {@code _total} behind it. */
  public String text() {
    return text;
  }

  /** One line for people. */
  public String help() {
    return help;
  }

  /** Names of the labels. */
  public List<String> labels() {
    return labels;
  }
}
