package io.tabellion.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.approval.v1.Approval;
import io.tabellion.demo.sample.SampleServer;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.Approvers;
import io.tabellion.testing.IdentityProvider;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.Tool;
import io.tabellion.testing.Trail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A call that waits for a person, by a client that waits for tasks (fastmcp with its Tasks
 * extension), through a real Envoy: it calls once and gets the result.
 */
@Timeout(180)
@Tag("conformance")
final class HeldTaskClientTest {
  private static final Path PYTHON = Checkout.root().resolve(".tabellion/peers/bin/python");

  private static final String JWT =
      "{jwt: {issuers: [\"%s\"], audiences: [\"%s\"]}}"
          .formatted(IdentityProvider.ISSUER, IdentityProvider.AUDIENCE);

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: tasks}
      rules:
        - {id: all, match: {}, then: allow}
        - id: refunds
          match: {tools: [refund_order]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 30m}
      """;

  private final IdentityProvider tokens = new IdentityProvider();
  private final int port = Checkout.freePort();
  @TempDir Path folder;

  @Test
  void theResultComesWithoutAnotherCall() throws Exception {
    try (SampleServer target = SampleServer.start(folder.resolve("sample"))) {
      TabellionServer.Setup setup =
          TabellionServer.Setup.in(folder.resolve("server"))
              .withIdentity(JWT)
              .withApprover()
              .withPolicy(POLICY)
              .withMore("approvals: {hold: 200ms}");
      Path jwks = Files.createDirectories(folder.resolve("envoy")).resolve("jwks.json");
      Files.writeString(jwks, tokens.jwks());
      try (Envoy _ =
              Envoy.startVerbose(
                  "envoy",
                  folder.resolve("envoy"),
                  setup.behind(
                      Checkout.envoyYaml().port(9100, target.url().getPort()).port(10000, port)));
          TabellionServer server = setup.start("server");
          Approvers carol = new Approvers(setup, "approver")) {
        RawClient.awaitLine(port);

        CompletableFuture<String> approved = called("one");
        Approval looked = carol.await("pending");
        awaitGivenUp(server);
        assertThat(target.executed()).isEmpty();
        carol.approve(looked);
        assertThat(approved.get(60, TimeUnit.SECONDS))
            .contains("\"isError\": false", "one: refunded");
        assertThat(target.executed()).hasSize(1);

        CompletableFuture<String> denied = called("two");
        Approval other = carol.await("pending");
        awaitGivenUp(server);
        carol.deny(other, "not this one");
        assertThat(denied.get(60, TimeUnit.SECONDS))
            .contains("\"isError\": true", "DENIED BY AN APPROVER", "not this one");
        assertThat(target.executed()).hasSize(1);
      }
      requireEntries(Trail.read(setup.log()));
    }
  }

  private CompletableFuture<String> called(String order) {
    List<String> command =
        List.of(
            PYTHON.toString(),
            Checkout.root().resolve("tests/peers/tasks.py").toString(),
            "http://127.0.0.1:" + port + "/sample/mcp",
            tokens.token("pia"),
            "refund_order",
            "{\"order\": \"" + order + "\"}");
    CompletableFuture<String> said = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        said.complete(Tool.run("tasks-" + order, folder, Duration.ofSeconds(90), command).text());
      } catch (InterruptedException e) {
        said.completeExceptionally(e);
      }
    });
    return said;
  }

  /** The call itself waits no longer: from now on its client asks about the task. */
  private static void awaitGivenUp(TabellionServer server) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!server.status("/metrics").body().contains("tabellion_held_calls 0.0")) {
      assertThat(System.nanoTime()).as("after 30 s").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** All that was asked about the task is in the trail, and what it stands for as one call. */
  private static void requireEntries(List<Trail.Entry> trail) {
    List<String> ofTasks =
        trail.stream()
            .filter(entry -> entry.kind().equals("call.intent") && !entry.text("task").isEmpty())
            .map(entry -> entry.text("method") + " " + entry.text("tool"))
            .distinct()
            .toList();
    assertThat(ofTasks).containsExactly("tools/call refund_order");
    assertThat(trail.stream().map(Trail.Entry::kind).filter("approval.requested"::equals))
        .hasSize(2);
    assertThat(trail.stream().map(Trail.Entry::kind).filter("approval.consumed"::equals))
        .hasSize(1);
  }
}
