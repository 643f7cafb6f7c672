package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import io.tabellion.approval.v1.Approval;
import io.tabellion.parties.Child;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.Approvers;
import io.tabellion.testing.Receiver;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Tool;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks of the whole server, over a receiver that is down and kills. */
@Timeout(180)
@Tag("envoy")
class NotifiedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String SLACK = "8f742231b10e8888abcd99yyyzzz85a5";
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: notified}
      rules:
        - {id: all, match: {}, then: allow}
        - id: asks
          match: {tools: [echo]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 30m}
      """;

  @TempDir Path folder;

  private void secret(String name, String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve("server")).resolve(name);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text + "\n");
  }

  private Stack start(int port) throws Exception {
    secret("desk.keys", SECRET);
    secret("slack.secret", SLACK);
    String more =
        """
        limits: {request: 256KiB, answer: 256KiB, event: 256KiB}
        approvals: {hold: 0s}
        notifications:
          webhooks: [{name: desk, url: "http://127.0.0.1:%d/hook", secret-file: desk.keys}]
          slack:
            signing-secret-file: slack.secret
            teams: [T0HOME]
            users: [{id: U0CAROL, name: carol, groups: [finance]}]
        """
            .formatted(port);
    return Stack.start(
        folder, setup -> setup.withApprover().withPolicy(POLICY).withMore(more), false);
  }

  private static String metrics(Stack stack) {
    return stack.server().status("/metrics").body();
  }

  private static void awaits(Stack stack, String line) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!metrics(stack).contains(line)) {
      assertThat(System.nanoTime()).as("no %s: %s", line, metrics(stack)).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void whatWasNotDeliveredIsDeliveredAfterAKillAndNeverHoldsACall() throws Exception {
    Receiver first = Receiver.start();
    int port = first.port();
    first.close(); // nobody is there
    try (Stack stack = start(port)) {
      assertThat(stack.call("echo", "one", PATIENCE).body()).contains("PENDING HUMAN APPROVAL");
      awaits(stack, "tabellion_notification_failures_total 1.0\n");
      assertThat(metrics(stack))
          .contains("tabellion_notifications_waiting{webhook=\"desk\"} 1.0\n");
      Approval looked;
      try (Approvers carol = new Approvers(stack.setup(), "approver")) {
        looked = carol.await("pending");
        carol.approve(looked);
      }
      assertThat(stack.call("echo", "one", PATIENCE).body()).contains("one");
      awaits(stack, "tabellion_notifications_waiting{webhook=\"desk\"} 2.0\n");
      assertThat(undelivered(stack))
          .contains("WAITS", "approval.pending of " + looked.getId(), "cannot connect");
      stack.kill();
      try (Receiver receiver = Receiver.start(port)) {
        stack.startServer();
        Receiver.Got pending = receiver.next();
        Receiver.Got approved = receiver.next();
        assertThat(pending.body()).contains("\"approval.pending\"", looked.getId(), "alice");
        assertThat(approved.body()).contains("\"approval.approved\"", "carol");
        new Webhook(SECRET)
            .verify(approved.body(), HttpHeaders.of(approved.headers(), (_, _) -> true));
        awaits(stack, "tabellion_notifications_waiting{webhook=\"desk\"} 0.0\n");
        assertThat(metrics(stack))
            .contains("tabellion_notifications_delivered_total 2.0\n")
            .contains("tabellion_follower_failed{follower=\"notifications\"} 0.0\n");
        assertThat(undelivered(stack)).contains("Nothing waits");
      }
      stack.stopServer();
      assertThat(said(stack.server())).doesNotContain("127.0.0.1:" + port + "/hook", SECRET);
      assertThat(Offline.verify(stack.log())).isEmpty();
    }
  }

  @Test
  void aClickInSlackLetsOneCallOn() throws Exception {
    try (Receiver receiver = Receiver.start();
        Stack stack = start(receiver.port())) {
      assertThat(stack.call("echo", "one", PATIENCE).body()).contains("PENDING HUMAN APPROVAL");
      JsonNode data = JSON.readTree(receiver.next().body()).path("data");
      String id = data.path("id").asString();
      String digest = data.path("digest").asString();
      assertThat(click(stack, id, digest, "another secret of Slack's")).startsWith("401");
      assertThat(click(stack, id, "0".repeat(64), SLACK)).contains("Nothing was decided");
      assertThat(click(stack, id, digest, SLACK)).startsWith("200").contains("approved, by you");
      assertThat(stack.call("echo", "one", PATIENCE).body()).contains("answer-as-sent one");
      assertThat(metrics(stack)).contains("tabellion_slack_refused_total 1.0\n");
      stack.stopServer();
      assertThat(Trail.read(stack.log()))
          .filteredOn(entry -> entry.kind().equals("approval.approved"))
          .singleElement()
          .satisfies(entry -> {
            assertThat(entry.text("approver")).isEqualTo("carol");
            assertThat(entry.text("channel")).isEqualTo("slack");
          });
      assertThat(Offline.verify(stack.log())).isEmpty();
    }
  }

  /** What Slack sends, and status and body of the answer. */
  private static String click(Stack stack, String id, String digest, String secret)
      throws Exception {
    String value = JSON.writeValueAsString(Map.of("id", id, "digest", digest));
    Map<String, Object> payload =
        Map.of(
            "type", "block_actions",
            "team", Map.of("id", "T0HOME"),
            "user", Map.of("id", "U0CAROL", "name", "mallory"),
            "trigger_id", digest + secret.length(),
            "actions", List.of(Map.of("action_id", "tabellion.approve", "value", value)));
    String body =
        "payload=" + URLEncoder.encode(JSON.writeValueAsString(payload), StandardCharsets.UTF_8);
    String now = Long.toString(Instant.now().getEpochSecond());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    byte[] signature = mac.doFinal(("v0:" + now + ":" + body).getBytes(StandardCharsets.US_ASCII));
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + stack.setup().httpPort() + "/slack/interactions"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-slack-request-timestamp", now)
            .header("x-slack-signature", "v0=" + HexFormat.of().formatHex(signature))
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  private static String said(TabellionServer server) {
    return String.join("\n", server.process().lines());
  }

  private String undelivered(Stack stack) throws InterruptedException, IOException {
    Tool.Ran ran =
        Tool.run(
            "undelivered",
            folder,
            PATIENCE,
            Child.java(
                List.of(),
                List.of(
                    "io.tabellion.Main",
                    "approvals",
                    "undelivered",
                    "--log",
                    stack.log().toString())));
    assertThat(ran.status()).as(ran.text()).isZero();
    return ran.text();
  }
}
