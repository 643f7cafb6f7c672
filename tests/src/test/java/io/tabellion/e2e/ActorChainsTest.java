package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Stack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens with chains of actors (RFC 8693 {@code act}) of any depth, on a real Envoy. */
@Tag("envoy")
final class ActorChainsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void areRefusedByUsWithAReasonWhereTheyAreTooLong() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), true)) {
      int before = unauthenticated(stack);
      for (int actors : new int[] {1, 8, 16}) {
        assertThat(call(stack, actors).body()).contains("answer-as-sent");
      }
      for (int actors : new int[] {17, 31, 32, 33, 34, 40, 64, 95}) {
        Received received = call(stack, actors);
        assertThat(received.status()).as("%d actors", actors).isEqualTo(403);
        assertThat(received.body()).contains("chain of actors (act) is too long");
      }
      for (int actors : new int[] {100, 400, 2_000}) {
        assertThat(call(stack, actors).status()).as("%d actors", actors).isEqualTo(401);
      }
      assertThat(unauthenticated(stack)).isEqualTo(before + 8 + 3);
    }
  }

  private static int unauthenticated(Stack stack) {
    Matcher found =
        Pattern.compile("(?m)^tabellion_unauthenticated_total (\\d+)")
            .matcher(stack.server().status("/metrics").body());
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  private static Received call(Stack stack, int actors) throws IOException {
    String token = stack.tokens().tokenWithActors("alice", actors);
    return RawClient.send(stack.port(), Request.call("echo", "n" + actors).as(token), PATIENCE);
  }
}
