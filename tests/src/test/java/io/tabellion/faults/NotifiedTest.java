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
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks of the whole server, over a receiver that is down and kills. */
@Timeout(180)
@Tag("envoy")
class NotifiedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
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

  private Stack start(int port) throws Exception {
    Path keys = Files.createDirectories(folder.resolve("server")).resolve("desk.keys");
    Files.createFile(
        keys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(keys, SECRET + "\n");
    String more =
        """
        limits: {request: 256KiB, answer: 256KiB, event: 256KiB}
        approvals: {hold: 0s}
        notifications: {webhooks: [{name: desk, url: "http://127.0.0.1:%d/hook", secret-file: desk.keys}]}\
        """
            .formatted(port);
    return Stack.start(folder, setup -> setup.withPolicy(POLICY).withMore(more), false);
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
