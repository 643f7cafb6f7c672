package io.tabellion.slack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Office;
import io.tabellion.approval.Person;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.http.Site;
import io.tabellion.http.StatusServer;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.policy.PolicyFile;
import io.tabellion.secret.SecretBytes;
import io.tabellion.session.SessionOwners;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import io.tabellion.stop.Traffic;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.Samples;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.Trail;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clicks in Slack, from the request to the entries. */
@Tag("unit")
class InteractionsTest {
  private static final SecretBytes SECRET =
      SecretBytes.copyOf("8f742231b10e8888abcd99yyyzzz85a5".getBytes(US_ASCII));
  private static final ApprovalSettings SETTINGS =
      new ApprovalSettings(Duration.ZERO, Map.of(), Duration.ofMinutes(15), 100, 100, null);

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: slack}
      rules:
        - {id: all, match: {}, then: allow}
        - id: large
          match: {tools: [refund]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups"}
        - id: two
          match: {tools: [wire]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", quorum: 2}
        - id: why
          match: {tools: [note]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", reason: required}
      """;

  @TempDir Path folder;
  private final Metrics metrics = new Metrics();
  private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private LineFixture line;
  private Office office;
  private SearchIndex index;
  private Trail trail;
  private StatusServer server;
  private int clicks;

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
    index = SearchIndex.open(folder, line.log, Samples.HASH);
    var stops = new StopSwitch(new Stops(line.state), Traffic.NONE, text -> text, line.clock);
    trail =
        new Trail(
            new Trail.Source(line.log, line.log, index, Samples.HASH, line.pins(), office, stops),
            line.clock);
    Map<String, Reader> users =
        Map.of(
            "U0CAROL", reader("carol", "finance"),
            "U0DAVE", reader("dave", "finance"),
            "U0EVE", reader("eve", "sales"),
            "U0ALICE", reader("alice", "finance"));
    Interactions interactions =
        new Interactions(
            new SlackSettings(SECRET, Set.of("T0HOME"), users),
            trail,
            metrics,
            line.clock,
            (address, text) -> replies.add(address + " " + text));
    server =
        StatusServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of(),
            metrics,
            List.of(),
            List.of(new Site(Interactions.PATH, interactions)));
  }

  @AfterEach
  void end() {
    server.close();
    trail.close();
    index.close();
    line.close();
    http.close();
  }

  private static Reader reader(String name, String group) {
    Person person = new Person(name, null, List.of(group), "slack");
    return new Reader(name, Role.APPROVER, person, Instant.MAX);
  }

  private ApprovalRequest asked(String tool) throws Exception {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{\"n\":1}}}"
            .formatted(tool);
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
    return office.ledger().all().getLast();
  }

  private ApprovalState state(ApprovalRequest request) {
    return office.ledger().find(request.id()).orElseThrow().state();
  }

  private String click(String user, String action, ApprovalRequest request) {
    return click("T0HOME", user, action, request.id(), request.digest());
  }

  private String click(String team, String user, String action, String id, String digest) {
    clicks++;
    String value = "{\\\"id\\\":\\\"%s\\\",\\\"digest\\\":\\\"%s\\\"}".formatted(id, digest);
    return """
    {"type":"block_actions","team":{"id":"%s","domain":"home"},"user":{"id":"%s","username":"carol","name":"carol"},\
    "trigger_id":"t-%d","response_url":"https://hooks.slack.com/actions/T/1/x",\
    "actions":[{"type":"button","action_id":"%s","value":"%s"}]}\
    """
        .formatted(team, user, clicks, action, value);
  }

  private HttpResponse<String> send(String payload) throws Exception {
    return send(form(payload), Long.toString(line.clock.instant().getEpochSecond()));
  }

  private static String form(String payload) {
    return "payload=" + URLEncoder.encode(payload, UTF_8);
  }

  private HttpResponse<String> send(String body, String timestamp) throws Exception {
    return send(
        body, timestamp, Signatures.signature(SECRET, timestamp, ByteString.copyFromUtf8(body)));
  }

  private HttpResponse<String> send(String body, String timestamp, String signature)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-slack-request-timestamp", timestamp)
            .header("x-slack-signature", signature)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + Interactions.PATH);
  }

  private String replied() throws InterruptedException {
    String reply = replies.poll(20, TimeUnit.SECONDS);
    assertThat(reply).isNotNull();
    return String.valueOf(reply);
  }

  /** The example of Slack's documentation. */
  @Test
  void theSignatureIsThatOfSlack() {
    SecretBytes secret = SecretBytes.copyOf("8f742231b10e8888abcd99yyyzzz85a5".getBytes(US_ASCII));
    String body =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
            + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect"
            + "&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
            + "%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    assertThat(Signatures.signature(secret, "1531420618", ByteString.copyFromUtf8(body)))
        .isEqualTo("v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
  }

  @Test
  void aPersonApprovesAndTheEntrySaysWhoAndHow() throws Exception {
    ApprovalRequest request = asked("refund");

    HttpResponse<String> answer = send(click("U0CAROL", "tabellion.approve", request));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"response_type\":\"ephemeral\"", "approved, by you");
    assertThat(replied())
        .startsWith("https://hooks.slack.com/actions/T/1/x " + request.id() + ": approved");
    assertThat(state(request)).isEqualTo(ApprovalState.APPROVED);
    StoredEntry entry =
        line.entries(1).stream()
            .filter(one -> one.leaf().kind().text().equals("approval.approved"))
            .findFirst()
            .orElseThrow();
    assertThat(entry.leaf().facts().text(Fact.APPROVER)).isEqualTo("carol");
    assertThat(entry.leaf().facts().text(Fact.CHANNEL)).isEqualTo("slack");
  }

  @Test
  void aPersonDenies() throws Exception {
    ApprovalRequest request = asked("refund");
    assertThat(send(click("U0CAROL", "tabellion.deny", request)).body()).contains("denied, by you");
    assertThat(state(request)).isEqualTo(ApprovalState.DENIED);
  }

  @Test
  void onePersonCountsOnce() throws Exception {
    ApprovalRequest request = asked("wire");
    assertThat(send(click("U0CAROL", "tabellion.approve", request)).body()).contains("1 of 2");
    assertThat(send(click("U0CAROL", "tabellion.approve", request)).body())
        .contains("Nothing was decided", "approved it already");
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
    assertThat(send(click("U0DAVE", "tabellion.approve", request)).body()).contains("approved");
  }

  @Test
  void thePolicySaysWhoMayDecide() throws Exception {
    ApprovalRequest request = asked("refund");
    assertThat(send(click("U0EVE", "tabellion.approve", request)).body())
        .contains("not an approver by rule large");
    assertThat(send(click("U0ALICE", "tabellion.approve", request)).body())
        .contains("the call is theirs");
    assertThat(send(click("U0CAROL", "tabellion.approve", asked("note"))).body())
        .contains("reason: empty");
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void anotherDigestApprovesNothing() throws Exception {
    ApprovalRequest request = asked("refund");
    assertThat(
            send(click("T0HOME", "U0CAROL", "tabellion.approve", request.id(), "0".repeat(64)))
                .body())
        .contains("Nothing was decided", "not that of this request");
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void strangersAreToldSoAndCounted() throws Exception {
    ApprovalRequest request = asked("refund");
    assertThat(send(click("U0MALLORY", "tabellion.approve", request)).body())
        .contains("U0MALLORY is not configured");
    assertThat(replied()).contains("not configured");
    assertThat(
            send(click("T0OTHER", "U0CAROL", "tabellion.approve", request.id(), request.digest()))
                .body())
        .contains("workspace is not configured");
    String guest = click("U0CAROL", "tabellion.approve", request);
    assertThat(send(guest.replace("\"username\"", "\"team_id\":\"T0OTHER\",\"username\"")).body())
        .contains("workspace is not configured");
    assertThat(metrics.get(Counter.SLACK_REFUSED)).isEqualTo(3);
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void whatSlackDidNotSignDoesNothing() throws Exception {
    ApprovalRequest request = asked("refund");
    String body = form(click("U0CAROL", "tabellion.approve", request));
    String now = Long.toString(line.clock.instant().getEpochSecond());
    String good = Signatures.signature(SECRET, now, ByteString.copyFromUtf8(body));

    assertThat(
            send(body, now, good.substring(0, 66) + (good.endsWith("0") ? "1" : "0")).statusCode())
        .isEqualTo(401);
    assertThat(send(body + "&x=1", now, good).statusCode()).isEqualTo(401);
    assertThat(send(body, now + "0", good).statusCode()).isEqualTo(401);
    assertThat(send(body, now, "v0=").statusCode()).isEqualTo(401);
    assertThat(send(body, "yesterday", good).statusCode()).isEqualTo(401);
    assertThat(metrics.get(Counter.SLACK_REFUSED)).isEqualTo(5);
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
    assertThat(send(body, now, good).statusCode()).isEqualTo(200);
    assertThat(state(request)).isEqualTo(ApprovalState.APPROVED);
  }

  @ParameterizedTest
  @ValueSource(longs = {-301, 301, -86_400})
  void whatIsOldOrOfTheFutureDoesNothing(long seconds) throws Exception {
    ApprovalRequest request = asked("refund");
    String then = Long.toString(line.clock.instant().getEpochSecond() + seconds);
    HttpResponse<String> answer = send(form(click("U0CAROL", "tabellion.approve", request)), then);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("too old");
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void whatComesTwiceCountsOnce() throws Exception {
    ApprovalRequest request = asked("wire");
    String payload = click("U0CAROL", "tabellion.approve", request);
    String now = Long.toString(line.clock.instant().getEpochSecond());
    assertThat(send(form(payload), now).statusCode()).isEqualTo(200);
    assertThat(send(form(payload), now).statusCode()).as("the same request").isEqualTo(409);
    line.clock.advance(Duration.ofSeconds(200));
    assertThat(send(payload).statusCode()).as("the same click, signed anew").isEqualTo(409);
    assertThat(office.ledger().find(request.id()).orElseThrow().votes()).hasSize(1);
  }

  @Test
  void aLinkIsOnlyAcknowledged() throws Exception {
    ApprovalRequest request = asked("refund");
    HttpResponse<String> answer = send(click("U0CAROL", "tabellion.look", request));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void otherRequestsAreRefused() throws Exception {
    assertThat(send("{\"type\":\"view_submission\"}").statusCode()).isEqualTo(400);
    assertThat(send("no json").statusCode()).isEqualTo(400);
    String now = Long.toString(line.clock.instant().getEpochSecond());
    assertThat(send("payload=%zz", now).statusCode()).isEqualTo(400);
    assertThat(send("payload={}&payload={}", now).statusCode()).isEqualTo(400);
    assertThat(send("payload=" + "x".repeat(65_536), now).statusCode()).isEqualTo(413);
    assertThat(
            send(click("U0CAROL", "tabellion.approve", asked("refund"))
                    .replace("\\\"digest", "\\\"d"))
                .statusCode())
        .isEqualTo(400);
    HttpRequest get = HttpRequest.newBuilder(uri()).build();
    assertThat(http.send(get, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    HttpRequest below = HttpRequest.newBuilder(URI.create(uri() + "/x")).build();
    assertThat(http.send(below, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com:8443/x",
        "https://a@hooks.slack.com/x",
        "https://127.0.0.1/x",
        "no uri",
        ""
      })
  void repliesGoToSlackOnly(String address) {
    assertThat(Replies.address(address)).isNull();
    assertThat(Replies.address("https://hooks.slack.com/actions/T/1/x")).isNotNull();
    assertThat(Replies.address(null)).isNull();
  }

  @Test
  void theStoreOfWhatCameIsBounded() {
    Replays replays = new Replays(line.clock);
    for (int i = 0; i < Replays.MOST; i++) {
      assertThat(replays.isFirst("s" + i)).isTrue();
    }
    assertThat(replays.isFirst("more")).as("no room: refused").isFalse();
    line.clock.advance(Duration.ofMinutes(11));
    assertThat(replays.isFirst("s0")).isTrue();
  }

  @Test
  void theSecretIsInAFileThatOthersCannotRead() throws Exception {
    Path file = Files.writeString(folder.resolve("s"), "8f742231b10e8888abcd99yyyzzz85a5\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> SlackSettings.secret(file))
        .hasMessageContaining("mode rw-r--r--");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(SlackSettings.secret(file)).isEqualTo(SECRET);
    Files.writeString(file, "short");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> SlackSettings.secret(file))
        .hasMessageContaining("not shown");
  }
}
