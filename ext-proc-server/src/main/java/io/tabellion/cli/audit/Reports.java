package io.tabellion.cli.audit;

import io.tabellion.audit.verify.Report;
import io.tabellion.audit.verify.Verification;
import io.tabellion.terminal.Printable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.json.JsonMapper;

/** Prints what a verification found. */
final class Reports {
  private Reports() {}

  /** What may turn out to be impossible to verify. */
  interface Source {
    Report report() throws Verification.Impossible;
  }

  /** Returns the exit status: 0 verified, 1 something does not hold, 2 it could not be tried. */
  static int print(@Nullable CommandSpec spec, boolean json, Source source) {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    try {
      Report report = source.report();
      spec.commandLine().getOut().print(json ? json(report) : Printable.lines(report.text()));
      spec.commandLine().getOut().flush();
      return report.verified() ? 0 : 1;
    } catch (Verification.Impossible e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 2;
    }
  }

  private static String json(Report report) {
    Map<String, Object> tree = new TreeMap<>(report.facts());
    tree.put("verified", report.verified());
    tree.put("violations", texts(report.violations()));
    tree.put("notes", texts(report.notes()));
    return new JsonMapper().writeValueAsString(tree) + System.lineSeparator();
  }

  private static List<String> texts(List<Report.Finding> findings) {
    return findings.stream().map(Report.Finding::toString).toList();
  }
}
