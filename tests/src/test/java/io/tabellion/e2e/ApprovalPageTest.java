package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.AskBackRequest;
import io.tabellion.parties.Child;
import io.tabellion.testing.Approvers;
import io.tabellion.testing.Chromium;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Story;
import io.tabellion.testing.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * The approval page in a real browser, over calls through a real Envoy.
 *
 * <p>With {@code -Dtabellion.screenshot=FILE} it writes the picture of the README.
 */
@Tag("conformance")
@TestInstance(Lifecycle.PER_CLASS)
final class ApprovalPageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofSeconds(60);
  private static final int PHONE = 360;
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: approvals}
      rules:
        - {id: all, match: {}, then: allow}
        - id: large-refunds
          match: {tools: [refund_order]}
          when: args.amount > 500
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 30m}
      """;

  private static final String SECOND =
      """
      {"order":"A-1001","amount":2400,"currency":"EUR","reason":"damaged",\
      "note":"Customer called twice.\\nShe wants the money today."}\
      """;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Path folder;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Stack stack;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Chromium browser;

  private CompletableFuture<Received> call = new CompletableFuture<>();

  @BeforeAll
  void start(@TempDir Path made) throws Exception {
    folder = made;
    browser = Chromium.start(made);
    browser.resize(1200, 860);
    stack =
        Stack.start(
            made,
            setup ->
                setup
                    .withApprover()
                    .withPolicy(POLICY)
                    .withMore(
                        "limits: {request: 256KiB, answer: 256KiB, event: 256KiB}\n"
                            + "approvals: {hold: 60s}"),
            false);
  }

  @AfterAll
  void stop() {
    browser.close();
    stack.close();
  }

  @TestFactory
  Stream<DynamicTest> aPersonDecidesOnThePage() {
    return new Story()
        .then("a link signs in, once", this::aLinkSignsIn)
        .then("a call that is held appears by itself", this::aHeldCallAppears)
        .then("the page of the call shows what is asked", this::thePageShowsTheCall)
        .then("it is approved by keyboard, and goes on", this::itIsApprovedByKeyboard)
        .then("the page follows the call to its end", () -> browser.awaitText("completed"))
        .then("the next call is compared with it", this::theNextCallIsCompared)
        .then("what is typed stays while the page changes", this::whatIsTypedStays)
        .then("the agent is told why it was denied", this::theAgentIsTold)
        .then("no page is wider than a phone", this::noPageIsWiderThanAPhone)
        .then("the browser had nothing to complain about", this::nothingToComplain)
        .then("who signs out sees nothing", this::signedOut)
        .steps();
  }

  private void calls(String arguments) {
    Request plain = Request.call("refund_order", "x");
    Request request =
        new Request(
                plain.method(),
                plain.path(),
                plain.headers(),
                plain.body().replace("{\"nonce\":\"x\"}", arguments))
            .as(stack.token("alice@example.com"));
    call = CompletableFuture.supplyAsync(() -> sent(request), Thread::startVirtualThread);
  }

  private Received sent(Request request) {
    try {
      return RawClient.send(stack.port(), request, PATIENCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String link() throws InterruptedException {
    List<String> command =
        Child.java(
            List.of(),
            System.getProperty("java.class.path"),
            List.of(
                "io.tabellion.Main",
                "approvals",
                "open",
                "--server",
                "127.0.0.1:" + stack.setup().apiPort(),
                "--token-file",
                stack.setup().token("approver").toString()));
    Tool.Ran ran = Tool.run("open", folder, LOOK, command);
    assertThat(ran.status()).as(ran.text()).isZero();
    return ran.lines().stream().filter(line -> line.startsWith("http")).findFirst().orElseThrow();
  }

  private void aLinkSignsIn() throws InterruptedException {
    String link = link();
    browser.open(link);
    browser.awaitText("No call waits for a decision.");
    assertThat(browser.text()).contains("carol", "approver");
    browser.open(link);
    browser.awaitText("This link was used");
    browser.open(page());
    browser.awaitText("No call waits for a decision.");
  }

  private String page() {
    return "http://127.0.0.1:" + stack.setup().httpPort() + "/approvals";
  }

  private void aHeldCallAppears() throws Exception {
    browser.script("window.same = true");
    calls("{\"order\":\"A-1001\",\"amount\":620,\"currency\":\"EUR\",\"reason\":\"damaged\"}");
    browser.awaitText("for alice@example.com through agent-7");
    assertThat(browser.script("return window.same"))
        .as("the page was not loaded again")
        .isEqualTo(true);
    assertThat(browser.text()).contains("New request: refund_order for alice@example.com.");
    assertThat(browser.text()).contains("you may decide", "large-refunds", "29 min");
    assertThat(browser.script("return document.title")).isEqualTo("(1) Approvals · Tabellion");
  }

  private void thePageShowsTheCall() throws InterruptedException {
    browser.tabTo("Skip to content");
    browser.tabTo("refund_order");
    browser.keys(Keys.ENTER);
    browser.awaitText("Why it waits");
    assertThat(browser.text())
        .contains("\"amount\": 620", "args.amount > 500", "'finance' in approver.groups")
        .contains("No call of this tool was approved before.");
  }

  private void itIsApprovedByKeyboard() throws Exception {
    browser.tabTo("reason");
    browser.keys("the parcel was crushed");
    browser.tabTo("Approve once");
    browser.keys(Keys.ENTER);
    browser.awaitText("The call may be made once.");
    assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("answer-as-sent");
    assertThat(browser.text()).contains("the parcel was crushed");
  }

  private void theNextCallIsCompared() throws Exception {
    browser.open(page());
    calls(SECOND);
    browser.awaitText("refund_order");
    browser.tabTo("refund_order");
    browser.keys(Keys.ENTER);
    browser.awaitText("Compared with the last approved call");
    assertThat(browser.text())
        .contains("620", "2400", "3 unchanged.", "Customer called twice.")
        .contains("What the conversation did before");
    browser.resize(1200, 900);
    Path picture =
        Path.of(
            System.getProperty("tabellion.screenshot", folder.resolve("approvals.png").toString()));
    browser.screenshot(picture);
    assertThat(picture).isNotEmptyFile();
  }

  /** Somebody asks back meanwhile: the page shows it, and keeps what is typed here. */
  private void whatIsTypedStays() throws Exception {
    browser.tabTo("reason");
    browser.keys("ask the bank");
    try (Approvers carol = new Approvers(stack.setup(), "approver")) {
      Approval waiting = carol.await("pending");
      carol
          .api()
          .askBack(
              AskBackRequest.newBuilder()
                  .setId(waiting.getId())
                  .setQuestion("which bank?")
                  .build());
    }
    browser.awaitText("which bank?");
    assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("which bank?");
    assertThat(browser.script("return document.getElementById('reason').value"))
        .isEqualTo("ask the bank");
    assertThat(browser.script("return document.activeElement.id")).isEqualTo("reason");
  }

  private void theAgentIsTold() throws Exception {
    browser.tabTo("Deny");
    browser.keys(Keys.SPACE);
    browser.awaitText("Denied: apr-");
    calls(SECOND);
    assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("ask the bank", "carol");
    assertThat(stack.mcp().journal()).hasSize(1);
  }

  private void noPageIsWiderThanAPhone() throws Exception {
    calls(
        "{\"amount\":501,\"word\":\""
            + "w".repeat(5_000)
            + "\",\"a\":{\"b\":{\"c\":[1,{\"d\":2}]}}}");
    browser.resize(PHONE, 780);
    browser.open(page());
    browser.awaitText("refund_order");
    assertThat(browser.overhang()).as("list").isZero();
    browser.script("document.querySelector('.what').click()");
    browser.awaitText("Go to the decision");
    browser.script("document.querySelectorAll('details').forEach(one => one.open = true)");
    assertThat(browser.overhang()).as("request").isZero();
    browser.open(page() + "/history");
    browser.awaitText("decided by carol");
    assertThat(browser.overhang()).as("history").isZero();
    browser.script("document.querySelector('.what').click()");
    browser.awaitText("What happened");
    assertThat(browser.overhang()).as("one of the history").isZero();
    assertThat(lowButtons()).isEqualTo(0L);
    browser.resize(1200, 860);
  }

  /** Buttons and links of the navigation that are too low for a finger. */
  private @Nullable Object lowButtons() {
    return browser.script(
        "return [...document.querySelectorAll('button:not([hidden]), .bar nav a, .button')]"
            + ".filter(one => one.getBoundingClientRect().height < 44).length");
  }

  private void nothingToComplain() {
    assertThat(browser.complaints())
        .as("all but the link that was used already")
        .allMatch(line -> line.contains("/console/link"));
  }

  private void signedOut() throws InterruptedException {
    browser.open(page());
    browser.awaitText("Sign out");
    browser.tabTo("Sign out");
    browser.keys(Keys.ENTER);
    browser.awaitText("Your API token");
    browser.open(page());
    browser.awaitText("Your API token");
    assertThat(browser.text()).doesNotContain("refund_order");
  }
}
