package io.tabellion.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ReportTest {

  @Test
  void numbersOfEveryTypeStandInOneColumn() {
    Report report = new Report();
    report.fact("calls", 9L, "requests");
    report.part("open", 0, "no outcome yet");
    report.part("denied", "1", "need none");
    assertThat(report.text().lines().limit(3))
        .containsExactly(
            "calls                         9   requests",
            "  open                        0   no outcome yet",
            "  denied                      1   need none");
    assertThat(report.facts().values()).containsExactly(9L, 0L, 1L);
  }
}
