package io.tabellion.extproc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.approval.Desk;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.metrics.Counter;
import io.tabellion.policy.PolicyFile;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.SampleOffice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages that are walked where they arrive, on the transport's thread; and those that are not, so
 * that nobody on the same connection waits for them.
 */
@Tag("unit")
@Timeout(60)
final class AtOnceTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: at-once}
      rules:
        - {id: all, match: {}, then: allow}
        - id: slow
          match: {tools: [sum]}
          when: "args.n.exists(a, args.n.exists(b, a + b == 1001))"
          then: deny
        - id: asks
          match: {tools: [pay]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups"}
      """;

  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}";

  @TempDir Path folder;

  /** What waits in a test goes on when it is opened. */
  private final CountDownLatch gate = new CountDownLatch(1);

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    SessionOwners slow =
        (server, session) -> {
          pass();
          return Optional.empty();
        };
    line = new LineFixture(Limits.DEFAULTS, IdentitySettings.ANONYMOUS, slow);
    Path file = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    line.policy(PolicyFile.load(file).policy());
    line.desk(_ -> {
      pass();
      return new Desk.Answer.Approved(SampleOffice.grant(InstantSource.system()));
    });
  }

  @AfterEach
  void end() {
    gate.countDown();
    line.close();
  }

  private void pass() {
    try {
      assertThat(gate.await(40, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String call(String tool, String args) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
        .formatted(tool, args);
  }

  private Stream asks(String body, String... headers) {
    return line.envoy().open().post(headers).requestBody(body, true);
  }

  private long atOnce() {
    return line.metrics.get(Counter.WALKED_AT_ONCE);
  }

  @Test
  void aShortCallAndItsAnswerAreWalkedWhereTheyArrive() throws Exception {
    Stream call = line.sent(call("echo", "{}"));
    call.answerJson(RESULT).answered();
    assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    assertThat(atOnce()).isEqualTo(2);
  }

  @Test
  void aCallOfManyValuesIsWalkedWhereItArrives() throws Exception {
    String item = "{\"article\":\"a-7\",\"count\":2,\"gift\":false,\"note\":\"wrap it\"}";
    String items = "{\"items\":[" + (item + ",").repeat(19) + item + "]}"; // 100 values
    line.sent(call("echo", items));
    assertThat(atOnce()).isEqualTo(1);
  }

  @Test
  void eventsAreWalkedWhereTheyArriveAndCountedOnce() throws Exception {
    Stream call = line.sent(call("echo", "{}"));
    call.answerHead(200, false, "content-type", "text/event-stream").answered();
    call.answerBody("data: " + RESULT + "\n\n", true);
    assertThat(call.rest()).contains("result");
    assertThat(line.kinds(4))
        .containsExactly("call.intent", "stream.open", "stream.event", "call.outcome");
    assertThat(atOnce()).isEqualTo(3);
    assertThat(line.fact(3, io.tabellion.audit.Fact.DETAIL)).isEqualTo("1 events");
  }

  /** What is not walked on the transport's thread, for it may wait or takes long. */
  enum Other {
    /** A rule with loops. */
    SLOW_RULE(false),
    LARGE_BODY(false),
    /** A session of which only the log knows. */
    SESSION_OF_THE_PAST(true),
    /** Room in the log that has to be made first. */
    ROOM(true),
    /** A person. */
    PERSON(true);

    private final boolean waits;

    Other(boolean waits) {
      this.waits = waits;
    }
  }

  private Stream other(Other what) {
    return switch (what) {
      case SLOW_RULE -> asks(call("sum", "{\"n\":[" + "1,".repeat(400) + "2]}"));
      case LARGE_BODY -> asks(call("echo", "{\"a\":\"" + "a".repeat(10_000) + "\"}"));
      case SESSION_OF_THE_PAST -> asks(call("echo", "{}"), "mcp-session-id", "s-1");
      case ROOM -> {
        line.log.beforeReserving(this::pass);
        yield asks(call("echo", "{}"));
      }
      case PERSON -> asks(call("pay", "{}"));
    };
  }

  @ParameterizedTest
  @EnumSource
  void whatMayWaitOrTakesLongIsWalkedElsewhere(Other what) throws Exception {
    Stream slow = other(what);
    if (what.waits) {
      // Of Envoy's own answer nobody waits for the log, so it tells whether the thread is free.
      assertThat(slow.silent()).isTrue();
      gate.countDown();
    }
    var _ = slow.reply();
    assertThat(atOnce()).isZero();
    line.log.beforeReserving(() -> {});
    assertThat(line.entries(1)).hasSize(what == Other.PERSON ? 2 : 1);
  }

  /** A thousand calls on one connection wait for the disk; nobody else on it waits for them. */
  @Test
  void aDiskThatStandsStillStopsNobodyWhoDoesNotNeedIt() throws Exception {
    MemoryAuditLog.Hold hold = line.log.hold();
    EnvoyPeer envoy = line.envoy();
    List<Stream> calls = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      calls.add(envoy.open().post().requestBody(call("echo", "{}"), true));
    }
    for (int i = 0; i < 1_000; i++) {
      hold.await();
    }
    assertThat(calls.getFirst().silent()).isTrue();
    assertThat(atOnce()).isPositive();
    hold.release();
    for (Stream call : calls) {
      assertThat(call.forwarded().hasRequestHeaders()).isTrue();
    }
    assertThat(line.entries(1_000)).hasSize(1_000);
  }

  /** Slow rules and large bodies before it on the connection: a short call overtakes them. */
  @Test
  void aShortCallWaitsForNobodysLongWalk() throws Exception {
    Stream waiting = other(Other.SESSION_OF_THE_PAST);
    List<Stream> slow = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      slow.add(other(Other.SLOW_RULE));
      slow.add(other(Other.LARGE_BODY));
    }
    line.sent(call("echo", "{}"));
    assertThat(waiting.silent()).isTrue();
    gate.countDown();
    for (Stream call : slow) {
      var _ = call.reply();
    }
    var _ = waiting.reply();
  }
}
