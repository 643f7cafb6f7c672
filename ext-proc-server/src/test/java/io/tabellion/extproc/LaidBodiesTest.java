package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies of calls that wait for people take no memory, and nobody can read them where they lie. */
@Tag("unit")
final class LaidBodiesTest extends Asking {
  private static final String LONG = "word ".repeat(20_000);

  private static final String RULES =
      """
      - {id: all, match: {}, then: allow}
      - id: large
        match: {tools: [refund]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", ttl: 10m}
      """;

  LaidBodiesTest() {
    super(RULES, PATIENT);
  }

  private Stream asked(String subject) {
    return sent(subject, call(1, "refund", "{\"text\":\"" + LONG + "\"}"));
  }

  private List<Path> laid() throws IOException {
    try (var files = Files.list(line.spool)) {
      return files.toList();
    }
  }

  private void awaitLaid(int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (laid().size() != count && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(laid()).hasSize(count);
  }

  @Test
  void aLongCallLiesOnTheDiskUntilItGoesOn() throws Exception {
    Stream stream = asked("alice");
    ApprovalRequest request = pending();
    awaitLaid(1);
    assertThat(Files.readString(laid().getFirst(), StandardCharsets.ISO_8859_1))
        .doesNotContain("word word");
    assertThat(Files.getPosixFilePermissions(laid().getFirst())).hasSize(2);
    assertThat(line.server().heldBytes()).isZero();
    approve(CAROL, request);
    assertThat(EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8()).contains(LONG);
    awaitLaid(0);
    stream.answerJson(OK).answered();
    assertThat(kinds()).endsWith("approval.consumed", "call.outcome", "approval.completed");
  }

  @Test
  void nothingStaysOfACallWhoseClientIsGone() throws Exception {
    Stream stream = asked("alice");
    pending();
    awaitLaid(1);
    stream.cancel();
    awaitLaid(0);
  }

  @Test
  void whereThereIsNoMoreRoomACallStaysInMemory() throws Exception {
    List<Stream> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(asked("agent-" + i));
    }
    awaitLaid(10); // of 1 MiB
    for (int i = 0; i < 12; i++) {
      String subject = "agent-" + i;
      approve(
          CAROL,
          request(one ->
              one.state() == ApprovalState.PENDING && subject.equals(one.requester().subject())));
    }
    for (Stream stream : all) {
      assertThat(EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8()).contains(LONG);
      stream.cancel();
    }
    awaitLaid(0);
  }

  @Test
  void aBodyThatWasAlteredIsNotSentAndUsesNoApproval() throws Exception {
    Stream stream = asked("alice");
    ApprovalRequest request = pending();
    awaitLaid(1);
    Path file = laid().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[100] ^= 1;
    Files.write(file, bytes);
    approve(CAROL, request);
    assertThat(stream.immediate().getImmediateResponse().getStatus().getCodeValue()).isEqualTo(503);
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.APPROVED);
    asked("alice").forwarded();
  }

  /** As when the folder of the log is moved away under a running server. */
  @Test
  void aBodyThatIsGoneIsNotSentAndUsesNoApproval() throws Exception {
    Stream stream = asked("alice");
    ApprovalRequest request = pending();
    awaitLaid(1);
    Files.delete(laid().getFirst());
    approve(CAROL, request);
    assertThat(stream.immediate().getImmediateResponse().getStatus().getCodeValue()).isEqualTo(503);
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.APPROVED);
    assertThat(kinds()).doesNotContain("approval.consumed");
  }
}
