package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Child;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Tool;
import io.tabellion.testing.Trail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy file is tried beside the one in force, and takes its place, through a real Envoy. */
@Tag("envoy")
final class CandidateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String MORE =
      "limits: {request: 256KiB, answer: 256KiB, event: 256KiB}\npolicy-candidate: next.yaml";
  private static final String NEXT =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: stricter, version: 2}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: no-echoes, match: {tools: [echo]}, then: deny}
      """;

  @TempDir private Path folder;

  @Test
  void whatACandidateDeniesIsFoundBeforeItIsDenied() throws Exception {
    try (Stack stack = Stack.start(folder, setup -> setup.withMore(MORE), false)) {
      Child server = stack.server().process();
      Path next = stack.setup().folder().resolve("next.yaml");
      assertThat(stack.call("echo", "before", PATIENCE).body()).contains("before");
      assertThat(search(stack, "--would", "deny").text()).contains("nothing found");

      Files.writeString(next, NEXT);
      server.await(line -> line.contains("policy candidate: stricter version 2"), PATIENCE);
      assertThat(stack.call("echo", "tried", PATIENCE).body()).contains("tried");
      assertThat(stack.call("other", "unconcerned", PATIENCE).status()).isEqualTo(200);

      List<String> found =
          search(stack, "--would", "deny", "--since", "1d", "--json").lines().stream()
              .filter(line -> line.startsWith("{"))
              .toList();
      assertThat(found)
          .singleElement()
          .asString()
          .contains("\"decision\":\"allowed\"", "would\\u003ddeny", "\"no-echoes\"", "\"echo\"");
      assertThat(stack.server().status("/metrics").body())
          .contains("tabellion_candidate_differs_total 1");

      Files.move(next, next.resolveSibling("policy.yaml"), StandardCopyOption.REPLACE_EXISTING);
      server.await(line -> line.contains("policy: stricter version 2 in force"), PATIENCE);
      server.await(line -> line.contains("is gone; none is compared"), PATIENCE);
      assertThat(stack.call("echo", "denied", PATIENCE).body())
          .contains("the call was not executed", "no-echoes");
      assertThat(stack.mcp().journal())
          .extracting(McpTestServer.Execution::nonce)
          .contains("before", "tried")
          .doesNotContain("denied");
    }
    assertThat(Trail.read(folder.resolve("server/log")))
        .filteredOn(entry -> entry.kind().equals("policy.loaded"))
        .extracting(entry -> entry.text("reason"))
        .containsExactly("start", "candidate", "changed", "candidate-removed");
  }

  private Tool.Ran search(Stack stack, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("io.tabellion.Main", "audit", "search"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--server", "127.0.0.1:" + stack.setup().apiPort()));
    command.addAll(List.of("--token-file", stack.setup().token("auditor").toString()));
    return Tool.run("search", folder, PATIENCE, Child.java(List.of(), command));
  }
}
