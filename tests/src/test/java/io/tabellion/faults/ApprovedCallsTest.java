package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.RevokeApprovalRequest;
import io.tabellion.approval.v1.WatchApprovalsRequest;
import io.tabellion.approval.v1.WatchApprovalsResponse;
import io.tabellion.parties.Child;
import io.tabellion.testing.Approvers;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that people decide about, through a real Envoy, over kills and restarts of the server. */
@Timeout(240)
@Tag("envoy")
class ApprovedCallsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: approvals}
      rules:
        - {id: all, match: {}, then: allow}
        - id: asks
          match: {tools: [echo]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 30m}
      """;

  @TempDir Path folder;

  private Stack start(String hold) throws InterruptedException {
    return Stack.start(
        folder,
        setup ->
            setup
                .withApprover()
                .withPolicy(POLICY)
                .withMore(
                    "limits: {request: 256KiB, answer: 256KiB, event: 256KiB}\napprovals: {hold: %s}"
                        .formatted(hold)),
        false);
  }

  private static CompletableFuture<Received> calling(Stack stack, String nonce) {
    return CompletableFuture.supplyAsync(() -> call(stack, nonce), Thread::startVirtualThread);
  }

  private static Received call(Stack stack, String nonce) {
    try {
      return stack.call("echo", nonce, PATIENCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> kinds(Stack stack) {
    return Trail.read(stack.log()).stream()
        .map(Trail.Entry::kind)
        .filter(kind -> kind.startsWith("approval.") || kind.startsWith("call."))
        .toList();
  }

  @Test
  void aCallWaitsForAPersonAndIsExecutedOnce() throws Exception {
    try (Stack stack = start("20s");
        Approvers carol = new Approvers(stack.setup(), "approver")) {
      CompletableFuture<Received> call = calling(stack, "held");
      Approval looked = carol.await("pending");
      assertThat(looked.getTarget()).isEqualTo("echo");
      assertThat(looked.getSubject()).isEqualTo("alice");
      assertThat(looked.getActorsList()).containsExactly("agent-7");
      assertThat(looked.getMine()).isTrue();
      assertThat(call.isDone()).isFalse();
      assertThat(stack.mcp().journal()).isEmpty();

      String shown = cli(stack, "approvals", "show", looked.getId());
      assertThat(shown).contains("PENDING", "echo of server sample", "alice", "agents agent-7");
      assertThat(shown).contains("\"held\"", "approvals approve " + looked.getId());
      String digest = looked.getDigest().substring(0, 16);
      assertThat(cli(stack, "approvals", "approve", looked.getId(), "--digest", digest, "--json"))
          .contains("\"state\":\"approved\"");

      assertThat(call.get(20, TimeUnit.SECONDS).body()).contains(McpTestServer.MARK + " held");
      assertThat(carol.await("completed").getId()).isEqualTo(looked.getId());
      assertThat(cli(stack, "approvals", "list")).contains("No call waits");
      stack.stopServer();
      assertThat(kinds(stack))
          .startsWith("approval.requested", "approval.approved", "call.intent", "approval.consumed")
          .contains("call.outcome", "approval.completed");
      assertThat(stack.mcp().journal()).hasSize(1);
      assertThat(Offline.verify(stack.log())).isEmpty();
    }
  }

  @Test
  void requestsAndApprovalsSurviveKillsAndAreUsedOnce() throws Exception {
    try (Stack stack = start("0s")) {
      assertThat(call(stack, "later").body()).contains("PENDING HUMAN APPROVAL");
      stack.kill();
      stack.startServer();
      Approval looked;
      try (Approvers carol = new Approvers(stack.setup(), "approver")) {
        looked = carol.await("pending");
        assertThat(looked.getMine()).as("terms are those of the policy").isTrue();
        carol.approve(looked);
      }
      stack.kill();
      stack.startServer();
      Received done = call(stack, "later");
      assertThat(done.body()).contains(McpTestServer.MARK + " later");
      stack.kill();
      stack.startServer();
      assertThat(call(stack, "later").body()).contains("PENDING HUMAN APPROVAL");
      try (Approvers carol = new Approvers(stack.setup(), "approver")) {
        assertThat(carol.in("pending").getFirst().getId()).isNotEqualTo(looked.getId());
      }
      assertThat(stack.mcp().journal()).hasSize(1);
      stack.stopServer();
      assertThat(Offline.verify(stack.log())).isEmpty();
    }
  }

  @Test
  void aCallThatWasCutOffByAKillIsUnknownAndNotRepeated() throws Exception {
    try (Stack stack = start("0s")) {
      assertThat(call(stack, "cut").body()).contains("PENDING");
      try (Approvers carol = new Approvers(stack.setup(), "approver")) {
        carol.approve(carol.await("pending"));
      }
      CountDownLatch executing = new CountDownLatch(1);
      CountDownLatch killed = new CountDownLatch(1);
      stack
          .mcp()
          .onExecution(_ -> {
            executing.countDown();
            await(killed);
          });
      CompletableFuture<Received> call = calling(stack, "cut");
      await(executing);
      stack.kill();
      killed.countDown();
      stack.startServer();
      try (Approvers carol = new Approvers(stack.setup(), "approver")) {
        assertThat(carol.await("outcome-unknown").getTarget()).isEqualTo("echo");
        assertThat(call(stack, "cut").body()).contains("PENDING HUMAN APPROVAL");
      }
      assertThat(stack.mcp().journal()).hasSize(1);
      assertThat(call.get(20, TimeUnit.SECONDS).body()).doesNotContain("PENDING");
    }
  }

  @Test
  void whoAltersOrRemovesTheFileBesideTheLogGainsNothing() throws Exception {
    try (Stack stack = start("0s")) {
      call(stack, "one");
      try (Approvers carol = new Approvers(stack.setup(), "approver")) {
        carol.approve(carol.await("pending"));
      }
      assertThat(call(stack, "one").body()).contains(McpTestServer.MARK + " one");
      stack.stopServer();
      Path open = stack.log().resolve("approvals/open");
      String saved = Files.readString(open);
      Files.writeString(open, saved + "0\n");
      stack.startServer();
      assertThat(call(stack, "one").body()).contains("PENDING HUMAN APPROVAL");
      stack.stopServer();
      Files.delete(open);
      stack.startServer();
      try (Approvers carol = new Approvers(stack.setup(), "approver")) {
        assertThat(carol.in("pending")).hasSize(1);
      }
      assertThat(stack.mcp().journal()).hasSize(1);
    }
  }

  @Test
  void rolesAndPeopleAreToldApart() throws Exception {
    try (Stack stack = start("0s");
        Approvers carol = new Approvers(stack.setup(), "approver");
        Approvers auditor = new Approvers(stack.setup(), "auditor");
        Approvers admin = new Approvers(stack.setup(), "admin")) {
      call(stack, "one");
      Approval looked = carol.await("pending");

      assertThat(auditor.in("pending")).hasSize(1);
      assertThatThrownBy(() -> auditor.approve(looked))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("expected: approver or admin");
      assertThatThrownBy(() -> admin.approve(looked)).hasMessageContaining("not an approver");
      assertThatThrownBy(() -> carol.in("open")).hasMessageContaining("states: open");
      carol.approve(looked);
      assertThatThrownBy(() -> carol.approve(looked)).hasMessageContaining("state: approved");
      carol.api().revokeApproval(RevokeApprovalRequest.newBuilder().setId(looked.getId()).build());
      assertThat(call(stack, "one").body()).contains("PENDING HUMAN APPROVAL");
      carol.deny(carol.await("pending"), "no");
      assertThat(call(stack, "one").body()).contains("DENIED BY AN APPROVER", "carol");
      assertThat(stack.mcp().journal()).isEmpty();
    }
  }

  @Test
  void aWatchSeesEachStep() throws Exception {
    try (Stack stack = start("0s");
        Approvers carol = new Approvers(stack.setup(), "approver");
        Approvers other = new Approvers(stack.setup(), "approver")) {
      Iterator<WatchApprovalsResponse> watch =
          other
              .api()
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .watchApprovals(WatchApprovalsRequest.getDefaultInstance());
      call(stack, "one");
      assertThat(watch.next().getApproval().getState()).isEqualTo("pending");
      carol.approve(carol.await("pending"));
      assertThat(watch.next().getApproval().getState()).isEqualTo("approved");
      call(stack, "one");
      Approval last = watch.next().getApproval();
      while (!last.getState().equals("completed")) {
        assertThat(last.getState()).isEqualTo("consumed");
        last = watch.next().getApproval();
      }
    }
  }

  private String cli(Stack stack, String... words) {
    List<String> line = new ArrayList<>(List.of("io.tabellion.Main"));
    line.addAll(List.of(words));
    line.addAll(
        List.of(
            "--server",
            "127.0.0.1:" + stack.setup().apiPort(),
            "--token-file",
            stack.setup().token("approver").toString()));
    try (Child child = Child.startJava("approvals", folder, List.of(), line)) {
      Integer status = child.awaitExit(Duration.ofMinutes(1));
      child.awaitOutput();
      assertThat(status).as("%s", child.lines()).isEqualTo(0);
      return String.join("\n", child.lines());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
