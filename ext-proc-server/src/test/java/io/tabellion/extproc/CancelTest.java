package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Fact;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.MemoryAuditLog;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes away at every position: each intent has one outcome, nothing is left. */
@Tag("unit")
final class CancelTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}";

  /** Each step sends, and waits for what must come of it. */
  private static final List<Consumer<Stream>> STEPS =
      List.of(
          stream -> stream.post(),
          stream -> stream.requestBody(CALL.substring(0, 10), false),
          stream -> stream.requestBody(CALL.substring(10), false),
          stream -> {
            stream.requestBody(ByteString.EMPTY, true);
            stream.forwarded();
          },
          stream -> stream.answerHead(200, false, "content-type", "application/json"),
          stream -> stream.answerBody(RESULT.substring(0, 10), false),
          stream -> {
            stream.answerBody(RESULT.substring(10), true);
            stream.answered();
          });

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() {
    line.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void everyIntentHasOneOutcome(int steps) throws Exception {
    for (boolean half : List.of(false, true)) {
      int before = line.entries(0).size();
      Stream stream = line.envoy().open();
      STEPS.subList(0, steps).forEach(step -> step.accept(stream));
      line.taken();
      if (half) {
        stream.halfClose();
      }
      stream.cancel();
      List<String> expected =
          switch (steps) {
            case 0 -> List.of();
            case 1, 2, 3 -> List.of("call.intent");
            default -> List.of("call.intent", "call.outcome");
          };
      line.taken(); // with the one before, two more entries; the server has seen the cancel
      List<String> kinds = line.kinds(before + expected.size() + 2);
      assertThat(kinds.subList(before, kinds.size()).stream().sorted().toList())
          .isEqualTo(
              java.util.stream.Stream.concat(
                      expected.stream(), List.of("call.intent", "call.intent").stream())
                  .sorted()
                  .toList());
    }
  }

  @Test
  void requestWhoseClientLeftBeforeItsIntentWasDurableNeverLeaves() throws Exception {
    MemoryAuditLog.Hold append = line.log.hold();
    Stream stream = line.envoy().open().post().requestBody(CALL, true);
    append.await();
    stream.cancel();
    Stream other = line.envoy().open().requestHead("PUT", true);
    append.await(); // so the server has seen what came before it
    append.release();
    other.immediate();
    assertThat(stream.closed().isOk()).isFalse();
    assertThat(line.kinds(3))
        .containsExactlyInAnyOrder("call.intent", "call.outcome", "call.intent");
    for (int i = 0; i < 3; i++) {
      if (line.kind(i).text().equals("call.outcome")) {
        assertThat(line.fact(i, Fact.OUTCOME)).isEqualTo("not_released");
      }
    }
  }
}
