package io.tabellion.faults;

import io.tabellion.audit.verify.Report;
import io.tabellion.audit.verify.Verification;
import java.nio.file.Path;
import java.util.List;

/** The offline verifier, which shares no code with the writer. */
final class Offline {

  private Offline() {}

  /** Returns what does not hold in the log, with the key found beside it. */
  static List<String> verify(Path log) {
    try {
      Report report = new Verification(log, null, null, null, null, null).run();
      return report.violations().stream().map(Report.Finding::toString).toList();
    } catch (Verification.Impossible e) {
      return List.of("not verified: " + e.getMessage());
    }
  }
}
