package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P8: who has no identity is counted and neither fills the trail nor keeps others from their calls;
 * beside it, a call that takes a minute passes all keep-alives.
 */
@Tag("fault")
final class FloodTest {
  private static final int STRANGERS = 10_000;
  private static final int CLIENTS = 16;
  private static final int GOOD_CALLS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration MINUTE = Duration.ofSeconds(80);

  @TempDir private Path folder;

  @Test
  void tenThousandStrangersNeitherFillTheTrailNorStopAGoodClientNorAHeldCall() throws Exception {
    int openPort = Checkout.freePort();
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), false);
        Envoy open = envoyWithoutTokens(stack, openPort);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Received> minute = threads.submit(() -> stack.call("minute", "n1x1", MINUTE));
      int before = Trail.read(stack.log()).size();
      assertThat(open.process().alive()).isTrue();
      CompletableFuture<List<Integer>> flood = flood(List.of(stack.port(), openPort), threads);
      for (int i = 0; i < GOOD_CALLS; i++) {
        Received good = stack.call("echo", "n2x" + i, PATIENCE);
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.body()).contains(McpTestServer.MARK + " n2x" + i);
      }
      List<Integer> statuses = flood.get();
      assertThat(statuses).hasSize(STRANGERS).allMatch(status -> status >= 400);
      int grown = Trail.read(stack.log()).size() - before;
      System.out.printf(
          "flood: strangers %d, good calls %d, entries %d%n", STRANGERS, GOOD_CALLS, grown);
      assertThat(grown).isLessThan(STRANGERS / 20);
      assertThat(stack.mcp().journal()).hasSize(1 + GOOD_CALLS);
      assertThat(minute.get().body()).contains(McpTestServer.MARK + " n1x1");
    }
  }

  /** Half of the strangers are refused by Envoy, half come through to us. */
  private CompletableFuture<List<Integer>> flood(List<Integer> ports, ExecutorService threads) {
    List<CompletableFuture<List<Integer>>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int port = ports.get(i % ports.size());
      clients.add(CompletableFuture.supplyAsync(() -> strangers(port), threads));
    }
    return CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new))
        .thenApply(_ -> clients.stream().flatMap(client -> client.join().stream()).toList());
  }

  private static List<Integer> strangers(int port) {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < STRANGERS / CLIENTS; i++) {
      try {
        statuses.add(RawClient.send(port, Request.call("echo", "n3x1"), PATIENCE).status());
      } catch (IOException e) {
        statuses.add(0);
      }
    }
    return statuses;
  }

  private Envoy envoyWithoutTokens(Stack stack, int openPort) throws InterruptedException {
    return Envoy.start(
        "envoy-without-tokens",
        folder.resolve("open"),
        Checkout.envoyYaml()
            .without("envoy.filters.http.jwt_authn")
            .port(10000, openPort)
            .port(9001, stack.setup().extProcPort())
            .port(9100, stack.mcp().port()));
  }
}
