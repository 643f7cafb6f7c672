package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Fact;
import io.tabellion.mask.rule.Masking;
import io.tabellion.metrics.Counter;
import io.tabellion.pace.Turns;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that are decided at the same moment, of which one changes what the other read. */
@Tag("unit")
final class RacesTest {
  private static final String ONE_CALL =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: races}
      rules: [{id: all, match: {}, then: allow}]
      limits: [{id: one, match: {methods: [tools/call]}, calls: {max: 1, per: 1h}}]
      """;

  @TempDir Path folder;
  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() throws Exception {
    line.close();
  }

  private static String call(int id) {
    return """
    {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"echo","arguments":{}}}\
    """
        .formatted(id);
  }

  /**
   * The first call is judged, and before its entry is appended a second one takes the last place.
   */
  @Test
  void aCallThatALimitLetThroughIsJudgedAgainWhereAnotherWasFaster() throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), ONE_CALL);
    line.policy(PolicyFile.load(file).policy());
    var judged = new CountDownLatch(1);
    var overtaken = new CountDownLatch(1);
    var first = new AtomicInteger();
    line.log.beforeReserving(() -> {
      if (first.getAndIncrement() == 0) {
        judged.countDown();
        await(overtaken);
      }
    });

    Stream slow = line.envoy().open().post().requestBody(call(1), true);
    await(judged);
    Stream fast = line.sent(call(2));
    overtaken.countDown();
    String refusal = slow.immediate().getImmediateResponse().getBody().toStringUtf8();

    assertThat(refusal).contains("BLOCKED BY POLICY", "rule one");
    assertThat(line.metrics.get(Counter.DECIDED_ANEW)).isEqualTo(1);
    assertThat(line.fact(0, Fact.RPC_ID)).isEqualTo("2");
    assertThat(line.fact(1, Fact.RPC_ID)).isEqualTo("1");
    assertThat(line.fact(1, Fact.DECISION)).isEqualTo("denied");
    fast.cancel();
  }

  /** A call that could not be recorded did not happen: it takes no place of those that may. */
  @Test
  void aCallThatCannotBeRecordedDoesNotCount() throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), ONE_CALL);
    line.policy(PolicyFile.load(file).policy());

    line.log.beforeAppend(() -> {
      throw new AuditUnavailableException(Code.TOO_LARGE, "log: too large (by the test)");
    });
    Stream lost = line.envoy().open().post().requestBody(call(1), true);
    assertThat(lost.immediate().getImmediateResponse().getBody().toStringUtf8())
        .contains("NOT EXECUTED");
    line.log.beforeAppend(() -> {});
    Stream second = line.sent(call(2));
    second.cancel();
  }

  /** Of a batch that is refused nothing goes on, so nothing of it counts. */
  @Test
  void aBatchThatIsRefusedDoesNotCount() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("policy.yaml"),
            ONE_CALL.replace(
                "rules: [", "rules: [{id: no-wipes, match: {tools: [wipe]}, then: deny}, "));
    line.policy(PolicyFile.load(file).policy());
    line.envoy().open().post().initialized("s-1", "2025-03-26");
    String both = "[" + call(1) + "," + call(2).replace("echo", "wipe") + "]";

    Stream batch = line.envoy().open().post("mcp-session-id", "s-1").requestBody(both, true);
    assertThat(batch.immediate().getImmediateResponse().getBody().toStringUtf8())
        .contains("BLOCKED BY POLICY");
    Stream alone = line.envoy().open().post("mcp-session-id", "s-1").requestBody(call(3), true);
    alone.forwarded();
    alone.cancel();
  }

  /** Sixteen calls at once, and a limit of one: one goes on, whoever is faster. */
  @Test
  void ofManyCallsAtOnceNoMoreGoOnThanALimitAllows() throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), ONE_CALL);
    line.policy(PolicyFile.load(file).policy());
    var all = new CountDownLatch(16);
    var waited = new AtomicInteger();
    line.log.beforeReserving(() -> {
      if (waited.getAndIncrement() < 16) {
        all.countDown();
        await(all);
      }
    });

    Stream[] calls = new Stream[16];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = line.envoy().open().post().requestBody(call(i + 1), true);
    }
    int refused = 0;
    for (Stream call : calls) {
      var reply = call.reply();
      if (reply.hasImmediateResponse()) {
        refused++;
        ByteString body = reply.getImmediateResponse().getBody();
        assertThat(body.toStringUtf8()).contains("BLOCKED BY POLICY");
      }
      call.cancel();
    }

    assertThat(refused).isEqualTo(15);
    assertThat(line.metrics.get(Counter.DECIDED_ANEW)).isPositive();
  }

  /**
   * Two lists with a tool that is new are judged at once: one of them again, and counted once.
   * Which of them is faster, and by how much, is chance; so they are judged until one is too late.
   */
  @Test
  void whatIsDecidedAnewIsCountedOnce() throws Exception {
    int rounds = 0;
    while (line.metrics.get(Counter.DECIDED_ANEW) == 0) {
      assertThat(rounds).isLessThan(200);
      showTwice("tool-" + rounds);
      rounds++;
    }
    assertThat(line.metrics.get(Counter.DECIDED_ANEW)).isEqualTo(1);
    assertThat(line.metrics.get(Counter.MESSAGES)).isEqualTo(4L * rounds);
  }

  private void showTwice(String tool) throws Exception {
    Stream[] lists = {line.envoy().open().post(), line.envoy().open().post()};
    for (Stream list : lists) {
      list.requestBody("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", true)
          .forwarded();
    }
    var both = new CountDownLatch(2);
    line.mask(
        Masking.NONE,
        _ -> {
          Turns.takesTime();
          if (both.getCount() > 0) {
            both.countDown();
            await(both);
          }
          return Masking.NONE;
        });

    for (Stream list : lists) {
      list.answerJson(
          """
          {"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"%s","inputSchema":{"type":"object"}}]}}\
          """
              .formatted(tool));
    }
    for (Stream list : lists) {
      list.answered();
    }
    line.mask(Masking.NONE, _ -> Masking.NONE);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
