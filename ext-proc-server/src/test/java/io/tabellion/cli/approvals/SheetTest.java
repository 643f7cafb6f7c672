package io.tabellion.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.approval.v1.Approval;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SheetTest {
  private static String sheet(String state, String call) {
    StringWriter text = new StringWriter();
    new Sheet(new PrintWriter(text, true), ZoneOffset.UTC)
        .print(
            Approval.newBuilder()
                .setId("apr-3f0c7be1a2d4")
                .setState(state)
                .setTarget("refund")
                .setServer("crm")
                .setMethod("tools/call")
                .setDigest("9c1e4f0a7b6d2233")
                .setMine(true)
                .setCall(call)
                .build());
    return text.toString();
  }

  @Test
  void aCallIsShownWithItsParameters() {
    assertThat(sheet("pending", "{\"params\":{\"name\":\"refund\"}}"))
        .contains("Message  (masked", "\"name\": \"refund\"", "approve apr-3f0c7be1a2d4 --digest")
        .doesNotContain("not shown");
  }

  @Test
  void aCallThatIsNotHeldIsNotPassedOverInSilence() {
    assertThat(sheet("pending", ""))
        .contains("not shown: larger than 16 KiB", "./tabellion approvals open apr-3f0c7be1a2d4");
    assertThat(sheet("completed", "")).doesNotContain("Message");
  }
}
