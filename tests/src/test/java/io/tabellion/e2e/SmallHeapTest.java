package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with the heap that a container of 1 GiB gives it by default, and callers who send many
 * large messages of small objects at once, each of which takes 36 times its size while it is
 * judged: what does not fit is refused with a reason, and the server lives.
 */
@Tag("envoy")
final class SmallHeapTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int AT_ONCE = 12;
  private static final int CALLS = 36;

  /** Nearly as many values as this heap suffices for. */
  private static final int OBJECTS = 140_000;

  private @TempDir Path folder;

  @Test
  void manyLargeMessagesAtOnceAreAnsweredOrRefused() throws Exception {
    String objects =
        IntStream.range(0, OBJECTS)
            .mapToObj(i -> "{\"k\":\"v" + i + "\"}")
            .collect(Collectors.joining(",", "[", "]"));
    try (McpTestServer mcp = McpTestServer.start();
        Gateway gateway =
            new Gateway(
                folder,
                mcp.port(),
                setup -> setup.withJvm(List.of("-Xmx239m", "-XX:+ExitOnOutOfMemoryError")));
        var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Received>> answers = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        String nonce = "n" + i;
        answers.add(threads.submit(() -> send(gateway, nonce, objects)));
      }
      int executed = 0;
      for (int i = 0; i < CALLS; i++) {
        String body = answers.get(i).get().body();
        if (body.contains(McpTestServer.MARK + " n" + i)) {
          executed++;
        } else {
          assertThat(body).contains("expected: room for it");
        }
      }
      assertThat(executed).isPositive();
      assertThat(gateway.server().process().alive()).isTrue();
      assertThat(send(gateway, "last", "[]").body()).contains(McpTestServer.MARK + " last");
    }
  }

  private static Received send(Gateway gateway, String nonce, String objects) throws IOException {
    Request call = Request.call("echo", nonce);
    String body = call.body().replace("\"nonce\":", "\"more\":" + objects + ",\"nonce\":");
    return RawClient.send(
        gateway.port(), new Request(call.method(), call.path(), call.headers(), body), PATIENCE);
  }
}
