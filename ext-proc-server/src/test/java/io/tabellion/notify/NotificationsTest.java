package io.tabellion.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.approval.Office;
import io.tabellion.approval.Person;
import io.tabellion.audit.follow.CursorFile;
import io.tabellion.durable.FileDisk;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.jsonrpc.Json;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Gauge;
import io.tabellion.metrics.Metrics;
import io.tabellion.policy.PolicyFile;
import io.tabellion.session.SessionOwners;
import io.tabellion.state.MemoryState;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.Receiver;
import io.tabellion.testing.SimulatedDisk;
import io.tabellion.trail.recall.RecallApprovals;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a call that waits to what receivers get, over failures and restarts. */
@Tag("unit")
class NotificationsTest {
  private static final ApprovalSettings SETTINGS =
      new ApprovalSettings(Duration.ZERO, Map.of(), Duration.ofMinutes(15), 1_000, 1_000, null);
  private static final Person CAROL = new Person("carol", null, List.of("finance"), "token");
  private static final URI CONSOLE = URI.create("https://console.example");

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: notifications}
      rules:
        - {id: all, match: {}, then: allow}
        - id: large
          match: {tools: [refund]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 7d}
        - id: named
          match: {tools: [wire]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 7d, notify: [chat]}
        - id: urgent
          match: {tools: [failover]}
          then: requireApproval
          approval:
            approvers: "'finance' in approver.groups"
            ttl: 7d
            breakGlass: {who: "'finance' in approver.groups", review: 24h}
      """;

  @TempDir Path folder;
  private final Metrics metrics = new Metrics();
  private final List<AutoCloseable> closing = new ArrayList<>();
  private LineFixture line;
  private Office office;
  private Receiver desk;
  private int calls;

  @BeforeEach
  void begin() throws Exception {
    line =
        new LineFixture(
            Limits.DEFAULTS,
            new IdentitySettings(
                new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, true, Set.of()),
            SessionOwners.NONE);
    line.policy(PolicyFile.load(Files.writeString(folder.resolve("p.yaml"), POLICY)).policy());
    office = line.office(SETTINGS);
    desk = Receiver.start();
    closing.add(desk);
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : closing.reversed()) {
      one.close();
    }
    line.close();
  }

  private Notifications open(Endpoint... endpoints) throws IOException {
    return Notifications.open(
        new FileDisk(),
        folder.resolve("log/notifications"),
        new Notifications.Source(line.log, office.ledger(), CONSOLE),
        List.of(endpoints),
        new Courier(line.clock, Duration.ofSeconds(3)),
        line.clock,
        () -> 0.5,
        metrics);
  }

  private Notifications started(Endpoint... endpoints) throws IOException {
    Notifications notifications = open(endpoints);
    notifications.start();
    closing.add(notifications);
    return notifications;
  }

  private void restart(Notifications running, Endpoint... endpoints) throws IOException {
    closing.remove(running);
    running.close();
    started(endpoints);
  }

  private Endpoint toDesk() {
    return Samples.endpoint(desk.url());
  }

  /** A call that is parked at once. */
  private ApprovalRequest asked(String tool) throws Exception {
    calls++;
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{\"to\":\"secret-%d\"}}}"
            .formatted(calls, tool, calls);
    Stream stream =
        line.envoy()
            .open()
            .send(
                Stream.withTokenOf(
                    "alice",
                    Stream.requestHead(
                        "POST", false, Map.of(), "content-type", "application/json")))
            .requestBody(body, true);
    assertThat(stream.immediate().toString()).contains("PENDING");
    return office.ledger().all().stream()
        .filter(request -> request.question().args().toString().contains("secret-" + calls))
        .findFirst()
        .orElseThrow();
  }

  private void approve(ApprovalRequest request) throws Exception {
    office.decisions().approve(CAROL, new Word(request.id(), request.digest(), "my-reason"));
  }

  private static Json.Obj data(Receiver.Got got) {
    return Objects.requireNonNull(Samples.json(got.body()).object("data"), "data");
  }

  private static void await(BooleanSupplier so) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!so.getAsBoolean()) {
      assertThat(System.nanoTime()).as("after 30 s").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private double waiting(Notifications notifications, String webhook) {
    Gauge gauge = notifications.gauges().getFirst();
    return gauge.values().get().getOrDefault(List.of(webhook), -1.0);
  }

  private List<Path> files(String name) throws IOException {
    try (var files = Files.list(folder.resolve("log/notifications/" + name))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void eachStepIsToldInOrderWithoutArgumentsAndReasons() throws Exception {
    started(toDesk());
    ApprovalRequest request = asked("refund");
    approve(request);

    Receiver.Got first = desk.next();
    Json.Obj pending = data(first);
    assertThat(Samples.json(first.body()).text("type")).isEqualTo("approval.pending");
    assertThat(pending.text("id")).isEqualTo(request.id());
    assertThat(pending.text("tool")).isEqualTo("refund");
    assertThat(pending.text("method")).isEqualTo("tools/call");
    assertThat(pending.text("requester")).isEqualTo("alice");
    assertThat(pending.text("digest")).isEqualTo(request.digest());
    assertThat(pending.text("expires")).isEqualTo(request.until().toString());
    assertThat(pending.text("asked")).isEqualTo(request.asked().toString());
    assertThat(pending.get("quorum")).isEqualTo(Json.Num.of(1));
    assertThat(pending.array("rules")).isEqualTo(new Json.Array(List.of(new Json.Text("large"))));
    assertThat(pending.text("link")).isEqualTo("https://console.example/approvals/" + request.id());

    Receiver.Got second = desk.next();
    assertThat(Samples.json(second.body()).text("type")).isEqualTo("approval.approved");
    assertThat(data(second).text("by")).isEqualTo("carol");
    assertThat(data(second).array("approvedBy"))
        .isEqualTo(new Json.Array(List.of(new Json.Text("carol"))));
    assertThat(second.header("webhook-id")).isNotEqualTo(first.header("webhook-id"));
    assertThat(first.body() + second.body()).doesNotContain("secret-1", "my-reason");
    await(() -> metrics.get(Counter.NOTIFICATIONS_DELIVERED) == 2);
    await(() -> {
      try {
        return files("desk").isEmpty();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
  }

  @Test
  void theMaskedCallIsShownOnlyWhereItIsAskedFor() throws Exception {
    Endpoint plain = toDesk();
    started(
        new Endpoint(
            "desk",
            plain.url(),
            plain.format(),
            plain.keys(),
            plain.states(),
            Set.of(),
            Set.of(),
            true,
            false));
    ApprovalRequest request = asked("refund");
    approve(request);
    assertThat(data(desk.next()).text("call")).contains("secret-1");
    assertThat(data(desk.next()).text("call")).as("only with pending requests").isNull();
  }

  @Test
  void receiversAreToldWhatTheyWant() throws Exception {
    try (Receiver chat = Receiver.start();
        Receiver other = Receiver.start()) {
      Endpoint plain = toDesk();
      started(
          plain,
          Samples.endpoint("chat", chat.url(), Endpoint.Format.SLACK),
          new Endpoint(
              "other",
              other.url(),
              Endpoint.Format.TEAMS,
              List.of(),
              Set.of(Step.APPROVED),
              Set.of(),
              Set.of("large"),
              false,
              false));
      asked("wire"); // its rule names chat
      approve(asked("refund"));

      assertThat(chat.next().body()).contains("Approval needed: wire");
      assertThat(chat.next().body()).contains("Approval needed: refund");
      assertThat(chat.next().body()).contains("Approved: refund");
      assertThat(data(desk.next()).text("tool")).isEqualTo("refund");
      desk.next();
      Receiver.Got card = other.next();
      assertThat(card.body()).contains("Approved: refund", "AdaptiveCard");
      assertThat(card.header("webhook-signature")).isEmpty();
      assertThat(desk.left() + chat.left() + other.left()).isZero();
    }
  }

  @Test
  void aCallThatWasLetOnWithoutApprovalIsAnAlarm() throws Exception {
    started(toDesk());
    ApprovalRequest request = asked("failover");
    office.decisions().breakGlass(CAROL, new Word(request.id(), request.digest(), "outage"));
    assertThat(data(desk.next()).text("state")).isEqualTo("pending");
    Receiver.Got alarm = desk.next();
    assertThat(Samples.json(alarm.body()).text("type")).isEqualTo("approval.break-glass");
    assertThat(data(alarm).text("state")).isEqualTo("approved");
    assertThat(data(alarm).text("by")).isEqualTo("carol");
    assertThat(alarm.body()).doesNotContain("outage");
  }

  @Test
  void oneThatHangsHoldsNoOther() throws Exception {
    try (Receiver slow = Receiver.start()) {
      var hanging = new java.util.concurrent.CountDownLatch(1);
      slow.answers(http -> {
        try {
          hanging.await();
        } catch (InterruptedException _) {
          // The test is over.
        }
      });
      Notifications running =
          started(Samples.endpoint("slow", slow.url(), Endpoint.Format.STANDARD), toDesk());
      slow.left();
      for (int i = 0; i < 5; i++) {
        asked("refund");
        desk.next();
      }
      assertThat(waiting(running, "slow")).isEqualTo(5);
      hanging.countDown();
    }
  }

  @Test
  void oneThatIsDownForAnHourGetsAllInOrderWithTheSameIds() throws Exception {
    Notifications running = started(toDesk());
    desk.answers(500);
    ApprovalRequest request = asked("refund");
    String id = desk.next().header("webhook-id");
    approve(request);
    await(() -> metrics.get(Counter.NOTIFICATION_FAILURES) == 1);
    for (Duration wait :
        List.of(Duration.ofSeconds(6), Duration.ofMinutes(6), Duration.ofMinutes(33))) {
      long failed = metrics.get(Counter.NOTIFICATION_FAILURES);
      line.clock.advance(wait);
      Receiver.Got again = desk.next();
      assertThat(again.header("webhook-id")).isEqualTo(id);
      assertThat(again.header("webhook-timestamp"))
          .isEqualTo(Long.toString(line.clock.instant().getEpochSecond()));
      await(() -> metrics.get(Counter.NOTIFICATION_FAILURES) > failed);
    }
    assertThat(waiting(running, "desk")).isEqualTo(2);
    desk.answers(200);
    line.clock.advance(Duration.ofHours(3));

    assertThat(desk.next().header("webhook-id")).isEqualTo(id);
    assertThat(Samples.json(desk.next().body()).text("type")).isEqualTo("approval.approved");
    await(() -> waiting(running, "desk") == 0);
    assertThat(metrics.get(Counter.NOTIFICATIONS_UNDELIVERED)).isZero();
  }

  @Test
  void whatWasNotDeliveredIsSentAfterARestart() throws Exception {
    Notifications running = started(toDesk());
    desk.answers(503);
    asked("refund");
    String id = desk.next().header("webhook-id");
    await(() -> metrics.get(Counter.NOTIFICATION_FAILURES) == 1);
    closing.remove(running);
    running.close();
    desk.answers(200);
    line.clock.advance(Duration.ofSeconds(6));
    started(toDesk());
    assertThat(desk.next().header("webhook-id")).isEqualTo(id);
  }

  @Test
  void aClockThatGoesBackHoldsNothingUp() throws Exception {
    started(toDesk());
    desk.answers(503);
    asked("refund");
    String id = desk.next().header("webhook-id");
    await(() -> metrics.get(Counter.NOTIFICATION_FAILURES) == 1);
    desk.answers(200);
    line.clock.advance(Duration.ofDays(-3));
    assertThat(desk.next().header("webhook-id")).isEqualTo(id);
  }

  /** Nobody knows then which webhooks the rule named. */
  @Test
  void allAreToldOfRequestsOfAnotherPolicyAfterARestart() throws Exception {
    Notifications running = started(toDesk());
    ApprovalRequest request = asked("refund");
    desk.next();
    line.policy(
        PolicyFile.load(
                Files.writeString(
                    folder.resolve("p.yaml"), POLICY.replace("[refund]", "[refund_all]")))
            .policy());
    office = Office.of(new MemoryState(line.clock), line.log, line.clock, SETTINGS, said -> said);
    RecallApprovals.Open open = RecallApprovals.of(line.entries(1), line.policy());
    office.ledger().restore(open.requests(), open.grants());
    restart(running, toDesk());

    office.ledger().sweep(line.policy().digest(), _ -> false);
    Json.Obj told = data(desk.next());
    assertThat(told.text("id")).isEqualTo(request.id());
    assertThat(told.text("state")).isEqualTo("superseded");
    assertThat(String.valueOf(told.get("rules"))).contains("large");
  }

  /** As after a kill between the entry and its notice. */
  @Test
  void whatHappenedWhileNobodyReadIsToldAtTheNextStart() throws Exception {
    open(toDesk()).close(); // never started
    ApprovalRequest request = asked("refund");
    approve(request);
    started(toDesk());
    assertThat(data(desk.next()).text("state")).isEqualTo("pending");
    assertThat(data(desk.next()).text("state")).isEqualTo("approved");
  }

  @Test
  void whatWasBeforeTheFirstStartIsNotTold() throws Exception {
    asked("refund");
    started(toDesk());
    ApprovalRequest second = asked("refund");
    assertThat(data(desk.next()).text("id")).isEqualTo(second.id());
  }

  @Test
  void whatCannotBeDeliveredInTimeIsGivenUpAndCanBePutBack() throws Exception {
    Notifications running = started(toDesk());
    desk.answers(400);
    asked("refund");
    String id = desk.next().header("webhook-id");
    for (int i = 0; i < Letter.SCHEDULE.size(); i++) {
      int failed = i + 1;
      await(() -> metrics.get(Counter.NOTIFICATION_FAILURES) == failed);
      line.clock.advance(Letter.SCHEDULE.get(i).multipliedBy(6).dividedBy(5));
      desk.next();
    }
    await(() -> metrics.get(Counter.NOTIFICATIONS_UNDELIVERED) == 1);
    await(() -> waiting(running, "desk") == 0);
    Path dead = files("desk/dead").getFirst();
    assertThat(Files.readString(dead)).contains("status 400").doesNotContain("secret-1");
    assertThat(Undelivered.list(folder.resolve("log")))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.webhook()).isEqualTo("desk");
          assertThat(one.type()).isEqualTo("approval.pending");
          assertThat(one.attempts()).isEqualTo(7);
          assertThat(one.why()).isEqualTo("status 400");
          assertThat(one.givenUp()).isTrue();
          assertThat(one.file()).isEqualTo(dead);
        });

    desk.answers(200);
    closing.remove(running);
    running.close();
    Files.move(dead, folder.resolve("log/notifications/desk").resolve(dead.getFileName()));
    started(toDesk());
    assertThat(desk.next().header("webhook-id")).isEqualTo(id);
  }

  @Test
  void aRequestThatExpiredIsNotPutToAnybody() throws Exception {
    started(toDesk());
    desk.answers(500);
    ApprovalRequest request = asked("refund");
    desk.next();
    await(() -> metrics.get(Counter.NOTIFICATION_FAILURES) == 1);
    desk.answers(200);
    line.clock.advance(Duration.ofDays(7));
    office.ledger().sweep(line.policy().digest(), _ -> false);
    Json.Obj told = data(desk.next());
    assertThat(told.text("state")).isEqualTo("expired");
    assertThat(told.text("id")).isEqualTo(request.id());
    assertThat(metrics.get(Counter.NOTIFICATIONS_UNDELIVERED)).isEqualTo(1);
  }

  @Test
  void oneThatIsGoneIsLeftAloneUntilARestart() throws Exception {
    Notifications running = started(toDesk());
    desk.answers(410);
    asked("refund");
    desk.next();
    await(() -> Map.of(List.of("desk"), 1.0).equals(running.gauges().getLast().values().get()));
    asked("refund");
    await(() -> waiting(running, "desk") == 2);
    line.clock.advance(Duration.ofHours(1));
    desk.answers(200);
    restart(running, toDesk());
    desk.next();
    desk.next();
    assertThat(desk.left()).isZero();
  }

  @Test
  void oneThatRefusesAMessageStillGetsTheOthers() throws Exception {
    started(toDesk());
    desk.answers(400);
    asked("refund");
    desk.next();
    await(() -> metrics.get(Counter.NOTIFICATION_FAILURES) == 1);
    desk.answers(200);
    ApprovalRequest second = asked("refund");
    assertThat(data(desk.next()).text("id")).isEqualTo(second.id());
  }

  @Test
  void tooManyThatWaitPushTheOldestOut() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    Outbox outbox =
        new Outbox(
            toDesk(),
            Spool.open(disk, Path.of("/box")),
            new Courier(line.clock),
            _ -> null,
            line.clock,
            () -> 0,
            metrics);
    for (int i = 0; i <= Outbox.MOST; i++) {
      outbox.add(Samples.notice(i, "apr-" + i, Step.PENDING, "refund"));
    }
    assertThat(outbox.waiting()).isEqualTo(Outbox.MOST);
    assertThat(metrics.get(Counter.NOTIFICATIONS_UNDELIVERED)).isEqualTo(1);
    assertThat(disk.list(Path.of("/box/dead"))).containsExactly("0000000000000000.json");
    outbox.close();
  }

  /** Entries are skipped only where none of them can be about a step. */
  @Test
  void whatIsReadSlowlyIsReadAllTheSame() throws Exception {
    Outbox outbox = outbox(_ -> null);
    AtomicLong nanos = new AtomicLong();
    Notices notices = new Notices(office.ledger(), CONSOLE);
    CursorFile cursor = new CursorFile(new FileDisk(), folder.resolve("cursor"));
    Telling telling =
        new Telling(line.log, cursor, 0, office.ledger(), notices, List.of(outbox), nanos::get, 1);
    asked("refund");
    asked("refund");
    long size = line.log.size();
    long at = telling.begin();
    while (at < size) {
      nanos.addAndGet(Duration.ofMinutes(2).toNanos());
      at = telling.take(at, size);
    }
    assertThat(outbox.waiting()).isEqualTo(2);

    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    at = telling.take(at - 1, line.log.size()); // all is read once more
    assertThat(telling.take(at - 1, Long.MAX_VALUE)).as("quiet: skipped").isEqualTo(Long.MAX_VALUE);

    asked("refund"); // a step: what comes is read again
    for (at = size; at < line.log.size(); ) {
      at = telling.take(at, line.log.size());
    }
    assertThat(outbox.waiting()).isEqualTo(3);
    telling.end(null);
    assertThat(cursor.read()).isEqualTo(line.log.size());
    outbox.close();
  }

  private Outbox outbox(Function<Notice, @Nullable ByteString> calls) throws IOException {
    return new Outbox(
        toDesk(),
        Spool.open(new SimulatedDisk(), Path.of("/box")),
        new Courier(line.clock),
        calls,
        line.clock,
        () -> 0,
        metrics);
  }

  @Test
  void aFailureOfOursDoesNotEndTheSending() throws Exception {
    AtomicBoolean failing = new AtomicBoolean(true);
    Outbox outbox =
        outbox(_ -> {
          if (failing.getAndSet(false)) {
            throw new IllegalStateException("planted");
          }
          return null;
        });
    outbox.start();
    outbox.add(Samples.notice(1, "apr-1", Step.APPROVED, "refund"));
    await(() -> metrics.get(Counter.NOTIFICATION_FAILURES) == 1);
    line.clock.advance(Duration.ofSeconds(6));
    desk.next();
    outbox.close();
  }

  @Test
  void aFileThatIsNoneOfOursIsLeftWhereItIs() throws Exception {
    Notifications running = started(toDesk());
    Path strange = folder.resolve("log/notifications/desk/0000000000000001.json");
    Files.writeString(strange, "{\"attempts\":");
    restart(running, toDesk());
    ApprovalRequest request = asked("refund");
    assertThat(data(desk.next()).text("id")).isEqualTo(request.id());
    assertThat(strange).exists();
  }
}
