package io.tabellion.cli.mesh;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mesh.check.Check;
import io.tabellion.mesh.check.Finding;
import io.tabellion.mesh.check.Severity;
import io.tabellion.terminal.Printable;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** Prints what {@code mesh check} found. Colours only on a terminal. */
final class Findings {
  private static final String SHARED = "for all servers";

  private final PrintWriter out;
  private final Ansi ansi = Ansi.AUTO;

  Findings(PrintWriter out) {
    this.out = out;
  }

  /** For people: each server, then what is wrong with it, the worst first. */
  void text(List<Check.Result> results) {
    results.forEach(this::result);
    long servers = results.stream().filter(result -> !result.server().isEmpty()).count();
    long covered =
        results.stream().filter(result -> !result.server().isEmpty() && result.covered()).count();
    out.println("%d of %d covered".formatted(covered, servers));
    out.flush();
  }

  private void result(Check.Result result) {
    String name = result.server().isEmpty() ? SHARED : Printable.of(result.server());
    out.println(
        result.covered()
            ? coloured("green", "✓ " + name) + "  covered"
            : coloured("red", "✗ " + name) + "  " + counts(result.findings()));
    result.ways().stream().distinct().forEach(way -> out.println("    " + Printable.of(way)));
    result.findings().forEach(this::finding);
  }

  private static String counts(List<Finding> findings) {
    Map<Severity, Long> counts = new EnumMap<>(Severity.class);
    findings.forEach(finding -> counts.merge(finding.severity(), 1L, Long::sum));
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + word(count.getKey()))
        .collect(Collectors.joining(", "));
  }

  private void finding(Finding finding) {
    out.println(
        "    %s  %s  [%s]"
            .formatted(
                coloured(colour(finding.severity()), word(finding.severity())),
                Printable.of(finding.where().toString()),
                finding.rule()));
    out.println("        " + Printable.of(finding.reason()));
    out.println("        → " + Printable.of(finding.remedy()));
  }

  /** For programs: one object for each server, and one for each finding. */
  void json(List<Check.Result> results) {
    for (Check.Result result : results) {
      if (!result.server().isEmpty()) {
        out.println(
            JsonWriter.toText(
                Json.Obj.EMPTY
                    .with("type", text("server"))
                    .with("server", text(result.server()))
                    .with("covered", text(String.valueOf(result.covered())))
                    .with("ways", text(String.join("; ", result.ways())))));
      }
      result.findings().forEach(finding -> out.println(JsonWriter.toText(json(result, finding))));
    }
    out.flush();
  }

  private static Json json(Check.Result result, Finding finding) {
    return Json.Obj.EMPTY
        .with("type", text("finding"))
        .with("server", text(result.server()))
        .with("severity", text(word(finding.severity())))
        .with("rule", text(finding.rule().toString()))
        .with("source", text(finding.where().source()))
        .with("document", Json.Num.of(finding.where().document()))
        .with("line", Json.Num.of(finding.where().line()))
        .with("resource", text(finding.where().resource()))
        .with("reason", text(finding.reason()))
        .with("remedy", text(finding.remedy()));
  }

  private static Json text(String text) {
    return new Json.Text(text);
  }

  private static String word(Severity severity) {
    return severity.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String colour(Severity severity) {
    return switch (severity) {
      case OPEN, BROKEN -> "red";
      case UNPROVED, WEAK -> "yellow";
    };
  }

  private String coloured(String colour, String text) {
    return ansi.enabled() ? ansi.string("@|%s %s|@".formatted(colour, text)) : text;
  }
}
