package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Desk;
import io.tabellion.approval.Desk.Answer;
import io.tabellion.approval.HeldCall;
import io.tabellion.approval.Waiting;
import io.tabellion.approval.Waiting.End;
import io.tabellion.audit.Fact;
import io.tabellion.mcp.Era;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.SampleOffice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call that waits for a person: what they get to see, and what ends the wait. */
@Tag("unit")
final class SettleTest {
  private static final Answer APPROVED =
      new Answer.Approved(SampleOffice.grant(InstantSource.system()));

  private static final Duration LONG = Duration.ofMinutes(10);

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: settle}
      rules:
        - {id: all, match: {}, then: allow}
        - id: large
          match: {tools: [refund]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups"}
        - id: hides
          match: {tools: [refund]}
          mask: [{select: /params/arguments/card, where: record, with: {replace: "[CARD]"}}]
      limits: [{id: one, match: {tools: [refund]}, calls: {max: 1, per: 1h}}]
      """;

  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"refund","arguments":{"amount":501,"card":"4111"}}}\
      """;

  @TempDir Path folder;
  private LineFixture line;

  /** Calls that a person looks at. */
  private final BlockingQueue<HeldCall> asked = new LinkedBlockingQueue<>();

  /** What ended their waits. */
  private final BlockingQueue<End> ended = new LinkedBlockingQueue<>();

  private volatile Answer answer = APPROVED;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
    Path file = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    line.policy(PolicyFile.load(file).policy());
    line.desk(call -> {
      asked.add(call);
      ended.add(call.waiting().await(LONG));
      return answer;
    });
  }

  @AfterEach
  void end() throws Exception {
    line.close();
  }

  private Stream held() throws InterruptedException {
    return line.envoy().open().post().requestBody(CALL.formatted(1), true);
  }

  private HeldCall asked() throws InterruptedException {
    HeldCall call = asked.poll(20, TimeUnit.SECONDS);
    assertThat(call).isNotNull();
    return call;
  }

  private End ended() throws InterruptedException {
    End end = ended.poll(20, TimeUnit.SECONDS);
    assertThat(end).isNotNull();
    return end;
  }

  @Test
  void aPersonGetsWhatWouldBeSentAndWhatMayBeSeenOfIt() throws Exception {
    Stream stream = held();
    HeldCall call = asked();

    assertThat(call.question().target().method()).isEqualTo("tools/call");
    assertThat(call.question().target().tool()).isEqualTo("refund");
    assertThat(call.question().args().get("amount")).hasToString("Num[lexeme=501]");
    assertThat(call.era()).isEqualTo(Era.SESSION);
    assertThat(call.policy()).isEqualTo(line.policy().digest());
    assertThat(call.terms()).extracting("rule").containsExactly("large");
    ByteString sent = Objects.requireNonNull(call.masked().forwarded());
    assertThat(sent.toStringUtf8()).isEqualTo(CALL.formatted(1));
    assertThat(Objects.requireNonNull(call.masked().recorded()).toStringUtf8())
        .contains("501", "[CARD]")
        .doesNotContain("4111");
    assertThat(call.mayDecide("carol", List.of("finance"))).isTrue();
    assertThat(call.mayDecide("carol", List.of("sales"))).isFalse();
    assertThat(stream.silent()).isTrue();
    assertThat(line.log.size()).isZero();

    call.waiting().news();
    assertThat(EnvoyPeer.bodyOf(stream.forwarded())).isEqualTo(sent);
    assertThat(ended()).isEqualTo(End.NEWS);
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("allowed");
    stream.cancel();
  }

  @Test
  void aBodyThatWaitsIsHeldAndOneThatIsSettledIsNot() throws Exception {
    Stream stream = held();
    HeldCall call = asked();
    assertThat(line.server().heldBytes()).isEqualTo(CALL.formatted(1).length());
    line.log.beforeAppend(
        () -> assertThat(line.server().heldBytes()).as("held while it is written").isZero());

    call.waiting().news();
    stream.forwarded();
    stream.cancel();
  }

  @Test
  void aClientThatGoesAwayEndsTheWaitAndNothingIsSent() throws Exception {
    Stream stream = held();
    asked();

    stream.cancel();

    assertThat(ended()).isEqualTo(End.GONE);
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("denied");
    assertThat(line.fact(0, Fact.REASON)).isEqualTo("needs-approval");
  }

  @Test
  void anAnswerOfEnvoysOwnEndsTheWait() throws Exception {
    Stream stream = held();
    asked();

    stream.ownAnswer("response_timeout", 504, true).answered();

    assertThat(ended()).isEqualTo(End.GONE);
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("denied");
    assertThat(line.kinds(2)).containsExactly("call.intent", "refused");
    stream.cancel();
  }

  @Test
  void aServerThatStopsEndsTheWait() throws Exception {
    Stream stream = held();
    asked();
    Thread stop =
        Thread.ofVirtual()
            .start(() -> {
              try {
                line.server().stop(Duration.ofSeconds(10));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });

    assertThat(ended()).isEqualTo(End.DRAINED);
    assertThat(stream.immediate().getImmediateResponse().getBody().toStringUtf8())
        .contains("NEEDS APPROVAL - the call was not executed");
    stream.cancel();
    stop.join();
  }

  @Test
  void aCallThatNobodyAllowedIsRefusedAndDoesNotCount() throws Exception {
    answer = new Answer.Refused(null);
    Stream first = held();
    asked().waiting().news();
    String refusal = first.immediate().getImmediateResponse().getBody().toStringUtf8();
    assertThat(refusal).contains("NEEDS APPROVAL - the call was not executed", "rule large");
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("denied");
    assertThat(line.fact(0, Fact.SENT_DIGEST)).isNull();

    answer = APPROVED;
    Stream again = line.envoy().open().post().requestBody(CALL.formatted(2), true);
    asked().waiting().news();
    again.forwarded();
    again.cancel();
  }

  @Test
  void aBatchIsNotHeld() throws Exception {
    line.envoy().open().post().initialized("s-1", "2025-03-26");
    String both = "[" + CALL.formatted(1) + "," + CALL.formatted(2).replace("refund", "x") + "]";

    Stream batch = line.envoy().open().post("mcp-session-id", "s-1").requestBody(both, true);

    assertThat(batch.immediate().getImmediateResponse().getBody().toStringUtf8())
        .contains("NEEDS APPROVAL");
    assertThat(asked).isEmpty();
  }

  @Test
  void whereNobodyCanBeAskedNothingWaits() throws Exception {
    line.desk(Desk.NOBODY);

    assertThat(held().immediate().getImmediateResponse().getBody().toStringUtf8())
        .contains("NEEDS APPROVAL");
  }

  @Test
  void aWaitHasAnEndOfItsOwn() throws Exception {
    var waiting = new Waiting();
    assertThat(waiting.await(Duration.ofMillis(1))).isEqualTo(End.TIME);
    waiting.news();
    assertThat(waiting.await(LONG)).isEqualTo(End.NEWS);
    assertThat(waiting.await(Duration.ZERO)).isEqualTo(End.TIME);
    waiting.drained();
    waiting.gone();
    waiting.news();
    assertThat(waiting.await(LONG)).isEqualTo(End.DRAINED);
    assertThat(waiting.isOver()).isTrue();
  }
}
