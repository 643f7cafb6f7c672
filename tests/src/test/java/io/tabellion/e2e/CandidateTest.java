package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Child;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Story;
import io.tabellion.testing.Tool;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A policy file is tried beside the one in force, and takes its place, through a real Envoy. */
@Tag("envoy")
@TestInstance(Lifecycle.PER_CLASS)
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

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Path folder;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Stack stack;

  /** The candidate's file. */
  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Path next;

  @BeforeAll
  void start(@TempDir Path made) throws Exception {
    folder = made;
    stack = Stack.start(folder, setup -> setup.withMore(MORE), false);
    next = stack.setup().folder().resolve("next.yaml");
  }

  @AfterAll
  void stop() {
    stack.close();
  }

  @TestFactory
  Stream<DynamicTest> whatACandidateDeniesIsFoundBeforeItIsDenied() {
    return new Story()
        .then("without a candidate a call is answered", () -> isAnswered("before"))
        .then("no call is found that one would deny", this::noneIsFound)
        .then("a candidate is taken while the server runs", this::aCandidateIsTaken)
        .then("a call that it would deny is answered", () -> isAnswered("tried"))
        .then("a call that it does not concern is answered", this::anotherIsAnswered)
        .then("the call that it would deny is found", this::theCallIsFound)
        .then("the call that it would deny is counted", this::itIsCounted)
        .then("the candidate takes the place of the policy", this::theCandidateTakesThePlace)
        .then("the call is denied now", this::theCallIsDenied)
        .then("the denied call does not reach the server", this::itDoesNotReachTheServer)
        .then("the log says when each was loaded", this::theLogSaysWhenEachWasLoaded)
        .steps();
  }

  private void isAnswered(String nonce) throws IOException {
    assertThat(stack.call("echo", nonce, PATIENCE).body()).contains(nonce);
  }

  private void noneIsFound() throws InterruptedException {
    assertThat(search("--would", "deny").text()).contains("nothing found");
  }

  private void aCandidateIsTaken() throws Exception {
    Files.writeString(next, NEXT);
    awaitLine("policy candidate: stricter version 2");
  }

  private void anotherIsAnswered() throws IOException {
    assertThat(stack.call("other", "unconcerned", PATIENCE).status()).isEqualTo(200);
  }

  private void theCallIsFound() throws InterruptedException {
    List<String> found =
        search("--would", "deny", "--since", "1d", "--json").lines().stream()
            .filter(line -> line.startsWith("{"))
            .toList();
    assertThat(found)
        .singleElement()
        .asString()
        .contains("\"decision\":\"allowed\"", "would\\u003ddeny", "\"no-echoes\"", "\"echo\"");
  }

  private void itIsCounted() {
    assertThat(stack.server().status("/metrics").body())
        .contains("tabellion_candidate_differs_total 1");
  }

  private void theCandidateTakesThePlace() throws Exception {
    Files.move(next, next.resolveSibling("policy.yaml"), StandardCopyOption.REPLACE_EXISTING);
    awaitLine("policy: stricter version 2 in force");
    awaitLine("is gone; none is compared");
  }

  private void theCallIsDenied() throws IOException {
    assertThat(stack.call("echo", "denied", PATIENCE).body())
        .contains("the call was not executed", "no-echoes");
  }

  private void itDoesNotReachTheServer() {
    assertThat(stack.mcp().journal())
        .extracting(McpTestServer.Execution::nonce)
        .contains("before", "tried")
        .doesNotContain("denied");
  }

  private void theLogSaysWhenEachWasLoaded() {
    stack.stopServer();
    assertThat(Trail.read(stack.log()))
        .filteredOn(entry -> entry.kind().equals("policy.loaded"))
        .extracting(entry -> entry.text("reason"))
        .containsExactly("start", "candidate", "changed", "candidate-removed");
  }

  private void awaitLine(String text) throws InterruptedException {
    stack.server().process().await(line -> line.contains(text), PATIENCE);
  }

  private Tool.Ran search(String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("io.tabellion.Main", "audit", "search"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--server", "127.0.0.1:" + stack.setup().apiPort()));
    command.addAll(List.of("--token-file", stack.setup().token("auditor").toString()));
    return Tool.run("search", folder, PATIENCE, Child.java(List.of(), command));
  }
}
