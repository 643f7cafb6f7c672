package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Child;
import io.tabellion.testing.McpTestServer.Execution;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Story;
import io.tabellion.testing.Tool;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The stop switch through a real Envoy: calls, an open event stream, a kill, and the log. */
@Tag("envoy")
@TestInstance(Lifecycle.PER_CLASS)
final class StopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final Pattern ID = Pattern.compile("STOPPED  ([a-z0-9]{6})  ");

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Path folder;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Stack stack;

  private CompletableFuture<Received> streaming = new CompletableFuture<>();
  private String id = "";

  @BeforeAll
  void start(@TempDir Path made) throws Exception {
    folder = made;
    stack = Stack.start(folder, UnaryOperator.identity(), true);
  }

  @AfterAll
  void stop() {
    stack.close();
  }

  @TestFactory
  Stream<DynamicTest> aPrincipalIsStoppedUntilTheStopIsLifted() {
    return new Story()
        .then("alice calls", () -> assertThat(called("alice", "first")).contains("first"))
        .then("alice has an open stream", this::aStreamIsOpen)
        .then("an auditor cannot stop", this::anAuditorCannotStop)
        .then("a dry run shows whose exchanges are open", this::aDryRunShowsTheStream)
        .then("an admin stops alice", this::anAdminStopsAlice)
        .then("the open stream ends, and says why", this::theStreamEnds)
        .then("alice is refused, before the policy", () -> refused("alice", "second"))
        .then("others are not", () -> assertThat(called("bob", "other")).contains("other"))
        .then("a kill and a restart change nothing", this::aKillChangesNothing)
        .then("the list says how many were refused", this::theListCounts)
        .then("the stop is lifted", this::itIsLifted)
        .then("alice calls again", () -> assertThat(called("alice", "last")).contains("last"))
        .then("refused calls did not reach the server", this::theServerSawNoneOfThem)
        .then("the log says who, why and how many", this::theLogSaysIt)
        .then("the log is verified", this::theLogIsVerified)
        .steps();
  }

  private void aStreamIsOpen() throws InterruptedException {
    BlockingQueue<Execution> begun = new LinkedBlockingQueue<>();
    stack.mcp().onExecution(begun::add);
    Request call = Request.call("holdstream", "open").as(stack.token("alice"));
    streaming = CompletableFuture.supplyAsync(() -> streamed(call), Thread::startVirtualThread);
    assertThat(begun.poll(10, TimeUnit.SECONDS))
        .as(() -> String.valueOf(streaming.getNow(null)))
        .isNotNull()
        .extracting(Execution::nonce)
        .isEqualTo("open");
    stack.mcp().onExecution(_ -> {});
  }

  private Received streamed(Request call) {
    try {
      return RawClient.send(stack.port(), call, LONG);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void anAuditorCannotStop() throws InterruptedException {
    Tool.Ran ran = run("auditor", "--principal", "alice", "--reason", "Ticket 4711");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.text()).contains("expected: responder or admin");
  }

  private void aDryRunShowsTheStream() throws InterruptedException {
    assertThat(run("admin", "--principal", "alice", "--dry-run").text())
        .as(() -> String.valueOf(streaming.getNow(null)))
        .contains("Nothing was stopped. Open exchanges that match principal alice: 1.")
        .containsPattern("1  alice of ");
  }

  private void anAdminStopsAlice() throws InterruptedException {
    Tool.Ran ran = run("admin", "--principal", "alice", "--for", "1h", "--reason", "Ticket 4711");
    Matcher found = ID.matcher(ran.text());
    assertThat(found.find()).as(ran.text()).isTrue();
    id = found.group(1);
    assertThat(ran.text()).contains("Exchanges that were open and match: 1.");
  }

  private void theStreamEnds() throws Exception {
    Received received = streaming.get(10, TimeUnit.SECONDS);
    assertThat(received.ended()).isTrue();
    assertThat(received.body())
        .contains("open 1", "STOPPED BY AN OPERATOR", "Ticket 4711", "Nobody can say whether");
    stack.mcp().release("open");
  }

  private void refused(String who, String nonce) throws IOException {
    assertThat(called(who, nonce))
        .contains("STOPPED BY AN OPERATOR", "the call was not executed", "Ticket 4711")
        .doesNotContain("answer-as-sent");
  }

  private void aKillChangesNothing() throws IOException {
    stack.kill();
    stack.startServer();
    refused("alice", "third");
  }

  private void theListCounts() throws InterruptedException {
    assertThat(run("auditor", "list").text())
        .contains(id + "  principal alice", "by       admin", "refused  2 messages");
  }

  private void itIsLifted() throws InterruptedException {
    assertThat(run("admin", "lift", id).text())
        .contains("Lifted: " + id + "  principal alice. It refused 2 messages.");
  }

  private void theServerSawNoneOfThem() {
    assertThat(stack.mcp().journal())
        .extracting(Execution::nonce)
        .contains("first", "open", "other", "last")
        .doesNotContain("second", "third");
  }

  private void theLogSaysIt() {
    stack.stopServer();
    List<Trail.Entry> entries =
        Trail.read(stack.log()).stream().filter(entry -> entry.text("stop").equals(id)).toList();
    assertThat(entries)
        .extracting(Trail.Entry::kind)
        .containsExactly(
            "stop.set",
            "stream.event",
            "call.outcome",
            "call.intent",
            "call.intent",
            "stop.lifted");
    assertThat(entries.getFirst().text("reader")).isEqualTo("admin");
    assertThat(entries.getFirst().text("stop_reason")).isEqualTo("Ticket 4711");
    assertThat(entries.getLast().leaf().path("counters").toString()).contains("refused=2");
  }

  private void theLogIsVerified() throws InterruptedException {
    Tool.Ran ran =
        Tool.run(
            "verify",
            folder,
            LONG,
            Child.java(
                List.of(),
                List.of("io.tabellion.Main", "audit", "verify", "--log", stack.log().toString())));
    assertThat(ran.status()).as(ran.text()).isZero();
  }

  private String called(String who, String nonce) throws IOException {
    Request call = Request.call("echo", nonce).as(stack.token(who));
    return RawClient.send(stack.port(), call, PATIENCE).body();
  }

  private Tool.Ran run(String role, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("io.tabellion.Main", "stop"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--server", "127.0.0.1:" + stack.setup().apiPort()));
    command.addAll(List.of("--token-file", stack.setup().token(role).toString()));
    return Tool.run("stop", folder, Duration.ofSeconds(30), Child.java(List.of(), command));
  }
}
