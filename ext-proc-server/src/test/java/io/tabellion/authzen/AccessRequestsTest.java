package io.tabellion.authzen;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Office;
import io.tabellion.audit.Fact;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.http.StatusServer;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.metrics.Metrics;
import io.tabellion.policy.PolicyFile;
import io.tabellion.session.SessionOwners;
import io.tabellion.signin.OidcSettings;
import io.tabellion.signin.SignIn;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import io.tabellion.stop.Traffic;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.TestIssuer;
import io.tabellion.trail.Role;
import io.tabellion.trail.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests for approval over HTTP: a call waits behind Envoy, people see and decide it. */
@Tag("unit")
class AccessRequestsTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: approvals}
      rules:
        - {id: all, match: {}, then: allow}
        - id: large
          match: {tools: [refund]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 10m, reason: required}
        - id: two
          match: {tools: [wire]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", quorum: 2}
      """;

  private static final ApprovalSettings PATIENT =
      new ApprovalSettings(Duration.ofMinutes(5), Map.of(), Duration.ofMinutes(15), 20, 20, null);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger refused = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // before each test
  private LineFixture line;

  @SuppressWarnings("NullAway.Init") // before each test
  private Office office;

  @SuppressWarnings("NullAway.Init") // before each test
  private SearchIndex index;

  @SuppressWarnings("NullAway.Init") // before each test
  private Trail trail;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestIssuer issuer;

  @SuppressWarnings("NullAway.Init") // before each test
  private SignIn signIn;

  @SuppressWarnings("NullAway.Init") // before each test
  private StatusServer server;

  @BeforeEach
  void start() throws Exception {
    line =
        new LineFixture(
            Limits.DEFAULTS,
            new IdentitySettings(
                new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, true, Set.of()),
            SessionOwners.NONE);
    Path file = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    line.policy(PolicyFile.load(file).policy());
    office = line.office(PATIENT);
    index = SearchIndex.open(folder, line.log, line.hash);
    var stops = new StopSwitch(new Stops(line.state), Traffic.NONE, text -> text, line.clock);
    trail =
        new Trail(
            new Trail.Source(line.log, line.log, index, line.hash, line.pins(), office, stops),
            line.clock);
    issuer = new TestIssuer(line.clock);
    signIn =
        new SignIn(
            List.of(),
            List.of(
                new OidcSettings(
                    issuer.name(),
                    Set.of("tabellion"),
                    new OidcSettings.Keys.Discovered(),
                    null,
                    "sub",
                    "groups",
                    Map.of(
                        Role.APPROVER, Set.of("finance", "sales"), Role.AUDITOR, Set.of("audit")))),
            line.clock);
    var requests =
        new AccessRequests(
            trail, signIn, URI.create("https://approvals.example.com"), refused::incrementAndGet);
    server =
        StatusServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of(),
            new Metrics(),
            List.of(),
            List.of(requests.site()));
  }

  @AfterEach
  void stop() {
    server.close();
    signIn.close();
    issuer.close();
    trail.close();
    index.close();
    line.close();
    http.close();
  }

  private Stream call(String subject, String tool) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{\"amount\":501}}}"
            .formatted(tool);
    return line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                subject,
                Stream.requestHead("POST", false, Map.of(), "content-type", "application/json")))
        .requestBody(body, true);
  }

  private ApprovalRequest pending() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < end) {
      for (ApprovalRequest request : office.ledger().all()) {
        if (request.state() == ApprovalState.PENDING) {
          return request;
        }
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new AssertionError("no request");
  }

  private String token(String subject, String... groups) {
    return issuer.token(issuer.claims(subject, groups));
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> get(String token, String path) throws Exception {
    return http.send(
        at(path).header("authorization", "Bearer " + token).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String token, String path, String body) throws Exception {
    return http.send(
        at(path)
            .header("authorization", "Bearer " + token)
            .header("content-type", "application/json; charset=utf-8")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static Json.Obj json(HttpResponse<String> answer) {
    ByteString text = ByteString.copyFromUtf8(answer.body());
    if (new JsonReader(io.tabellion.jsonrpc.Limits.DEFAULT).read(text)
        instanceof Reading.Document(Json.Obj object)) {
      return object;
    }
    throw new AssertionError(answer.body());
  }

  private static @Nullable Json at(Json.Obj from, String... steps) {
    Json found = from;
    for (String step : steps) {
      found = found instanceof Json.Obj object ? object.get(step) : null;
    }
    return found;
  }

  private static Json.Obj object(Json.Obj from, String... steps) {
    if (at(from, steps) instanceof Json.Obj object) {
      return object;
    }
    throw new AssertionError(List.of(steps) + " in " + from);
  }

  private static @Nullable String text(Json.Obj from, String... steps) {
    return at(from, steps) instanceof Json.Text(String text) ? text : null;
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String said) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(json(answer).text("detail")).contains(said);
  }

  private static String path(ApprovalRequest request) {
    return AccessRequests.PATH + "/" + request.id();
  }

  @Test
  void aPersonSeesACallAndApprovesIt() throws Exception {
    Stream stream = call("alice", "refund");
    ApprovalRequest request = pending();
    String carol = token("carol", "finance");

    Json.Obj listed = json(get(carol, AccessRequests.PATH + "?mine=true"));
    assertThat(at(listed, "requests"))
        .isInstanceOfSatisfying(Json.Array.class, all -> assertThat(all.items()).hasSize(1));
    Json.Obj review = json(get(carol, path(request) + "/review"));
    assertThat(text(review, "subject", "id")).isEqualTo("alice");
    assertThat(text(review, "subject", "properties", "issuer")).isEqualTo("https://idp");
    assertThat(text(review, "action", "name")).isEqualTo("tools/call");
    assertThat(text(review, "resource", "type")).isEqualTo("tool");
    assertThat(text(review, "resource", "id")).isEqualTo("refund");
    assertThat(at(review, "call", "params", "arguments", "amount")).isEqualTo(new Json.Num("501"));
    String digest = review.text("digest");

    assertProblem(
        post(carol, path(request) + "/approve", "{\"digest\":\"0\",\"reason\":\"ok\"}"),
        409,
        "digest: not that of this request");
    assertProblem(post(carol, path(request) + "/approve", "{\"reason\":\"ok\"}"), 409, "digest");
    assertThat(stream.silent()).isTrue();
    var approved =
        post(
            carol, path(request) + "/approve", "{\"digest\":\"" + digest + "\",\"reason\":\"ok\"}");
    assertThat(approved.statusCode()).as(approved.body()).isEqualTo(200);
    assertThat(json(approved).text("state")).isIn("approved", "consumed");
    stream.forwarded();
    assertThat(office.ledger().find(request.id()).orElseThrow().votes().getFirst().who().names())
        .contains("carol");
    stream.cancel();
  }

  @Test
  void theStateIsATaskOfTheProfile() throws Exception {
    Stream stream = call("alice", "wire");
    ApprovalRequest request = pending();
    String carol = token("carol", "finance");
    HttpResponse<String> answer = get(carol, path(request));
    assertThat(answer.headers().firstValue("retry-after")).contains("5");
    Json.Obj task = object(json(answer), "task");
    String base = "http://127.0.0.1:" + server.port();
    assertThat(task.members().keySet())
        .containsExactly("id", "status", "status_endpoint", "expires_at", "progress", "links");
    assertThat(task.text("status")).isEqualTo("pending");
    assertThat(task.text("status_endpoint")).isEqualTo(base + path(request));
    assertThat(text(task, "links", "review")).isEqualTo(base + "/approvals/" + request.id());
    assertThat(json(answer).get("result")).isNull();
    assertThat(at(json(get(token("ann", "audit"), path(request))), "task", "links"))
        .as("who may not decide is shown no page to decide on")
        .isNull();

    String body = "{\"digest\":\"" + request.digest() + "\"}";
    post(carol, path(request) + "/approve", body);
    post(token("dave", "finance"), path(request) + "/approve", body);
    stream.forwarded();
    Json.Obj done = json(get(carol, path(request)));
    assertThat(text(done, "task", "status")).isEqualTo("approved");
    assertThat(text(done, "result", "mode")).isEqualTo("reevaluate");
    assertThat(object(done, "result", "approval").members().keySet())
        .containsExactly("id", "approved_at", "approved_until");
    stream.cancel();
  }

  @Test
  void everyStateHasAStatusOfTheProfile() {
    for (ApprovalState state : ApprovalState.values()) {
      assertThat(Tasks.status(state))
          .isIn("pending", "approved", "denied", "expired", "cancelled", "failed");
    }
  }

  @Test
  void nobodyDecidesAboutTheirOwnCall() throws Exception {
    Stream stream = call("alice", "refund");
    ApprovalRequest request = pending();
    String body = "{\"digest\":\"" + request.digest() + "\",\"reason\":\"mine\"}";
    assertProblem(
        post(token("alice", "finance"), path(request) + "/approve", body),
        403,
        "nobody decides about a call of their own");
    String other = issuer.token(issuer.claims("00u1", "finance").claim("email", "Alice"));
    assertProblem(post(other, path(request) + "/approve", body), 403, "call of their own");
    assertProblem(
        post(token("eve", "sales"), path(request) + "/approve", body), 403, "not an approver");
    assertProblem(
        post(token("ann", "audit"), path(request) + "/approve", body), 403, "role of ann");
    assertThat(stream.silent()).isTrue();
    stream.cancel();
  }

  @Test
  void denyingAskingAndRevoking() throws Exception {
    Stream asked = call("alice", "refund");
    ApprovalRequest request = pending();
    String carol = token("carol", "finance");
    Json.Obj question = json(post(carol, path(request) + "/ask", "{\"reason\":\"Which ticket?\"}"));
    assertThat(text(question, "question", "reason")).isEqualTo("Which ticket?");
    asked.immediate();
    assertProblem(post(carol, path(request) + "/deny", "{}"), 400, "reason: empty");
    assertThat(json(post(carol, path(request) + "/deny", "{\"reason\":\"no\"}")).text("status"))
        .isEqualTo("denied");
    HttpResponse<String> again = post(carol, path(request) + "/deny", "{\"reason\":\"no\"}");
    assertProblem(again, 409, "state: denied");
    assertThat(json(again).text("type")).isEqualTo(Problems.INVALID_STATE);
    assertProblem(post(carol, path(request) + "/revoke", "{}"), 409, "state: denied");
  }

  @Test
  void nothingIsDecidedByGetNorByAForm() throws Exception {
    Stream stream = call("alice", "refund");
    ApprovalRequest request = pending();
    String carol = token("carol", "finance");
    for (String act : List.of("approve", "deny", "ask", "revoke")) {
      HttpResponse<String> answer =
          get(carol, path(request) + "/" + act + "?digest=" + request.digest());
      assertProblem(answer, 405, "expected: POST");
      assertThat(answer.headers().firstValue("allow")).contains("POST");
    }
    HttpResponse<String> form =
        http.send(
            at(path(request) + "/deny")
                .header("authorization", "Bearer " + carol)
                .header("content-type", "text/plain")
                .POST(BodyPublishers.ofString("{\"reason\":\"no\"}"))
                .build(),
            BodyHandlers.ofString());
    assertProblem(form, 415, "expected: application/json");
    assertProblem(post(carol, path(request) + "/cancel", "{}"), 405, "expected: GET");
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.PENDING);
    stream.cancel();
  }

  @Test
  void onlyABearerTokenCounts() throws Exception {
    String carol = token("carol", "finance");
    HttpResponse<String> nobody =
        http.send(
            at(AccessRequests.PATH + "?access_token=" + carol)
                .header("cookie", "tabellion=" + carol)
                .build(),
            BodyHandlers.ofString());
    assertProblem(nobody, 401, "authorization: not there");
    assertThat(nobody.headers().firstValue("www-authenticate"))
        .contains("Bearer realm=\"tabellion\"");
    HttpResponse<String> late = get(carol + "x", AccessRequests.PATH);
    assertProblem(late, 401, "token: ");
    assertThat(late.headers().firstValue("www-authenticate").orElse(""))
        .contains("error=\"invalid_token\"");
    assertThat(late.body()).doesNotContain(carol.substring(carol.length() - 20));
    assertProblem(get(token("dave", "kitchen"), AccessRequests.PATH), 403, "no role");
    assertThat(refused).hasValue(3);
    assertThat(line.log.size()).isZero();
  }

  @Test
  void badQuestionsAreRefusedWithTheirPlace() throws Exception {
    Stream stream = call("alice", "refund");
    ApprovalRequest request = pending();
    String carol = token("carol", "finance");
    assertProblem(get(carol, AccessRequests.PATH + "?colour=red"), 400, "unknown parameter");
    assertProblem(get(carol, AccessRequests.PATH + "?mine=perhaps"), 400, "mine: another word");
    assertProblem(get(carol, AccessRequests.PATH + "?limit=x"), 400, "limit: not a number");
    assertProblem(get(carol, AccessRequests.PATH + "?state=open"), 400, "states: open");
    assertProblem(get(carol, AccessRequests.PATH + "?page_token=apr-1"), 400, "page_token");
    assertProblem(get(carol, AccessRequests.PATH + "/apr-000000000000"), 404, "no such request");
    assertProblem(get(carol, AccessRequests.PATH + "/x"), 404, "path: unknown");
    assertProblem(get(carol, "/accessories"), 404, "path: unknown");
    assertProblem(get(carol, path(request) + "/approve/"), 404, "path: unknown");
    String deny = path(request) + "/deny";
    assertProblem(post(carol, deny, "[1]"), 400, "body: not a JSON object");
    assertProblem(post(carol, deny, "{\"reason\":\"a\",\"reason\":\"b\"}"), 400, "body: not");
    assertProblem(post(carol, deny, "{\"reason\":7}"), 400, "reason: not a text");
    assertProblem(post(carol, deny, "{\"why\":\"no\"}"), 400, "body: unknown member");
    assertProblem(
        post(carol, deny, "{\"reason\":\"" + "x".repeat(17_000) + "\"}"), 400, "body: too large");
    stream.cancel();
  }

  @Test
  void onlyAddressesOfOursAreAnswered() throws Exception {
    String carol = token("carol", "finance");
    assertThat(raw("approvals.example.com", carol)).startsWith("HTTP/1.1 200");
    assertThat(raw("localhost:9003", carol)).startsWith("HTTP/1.1 200");
    assertThat(raw("evil.example", carol)).startsWith("HTTP/1.1 421").doesNotContain("requests\"");
    assertThat(raw("127.0.0.1.evil.example", carol)).startsWith("HTTP/1.1 421");
    assertThat(raw("127.0.0.1\r\nx-forwarded-for: 10.0.0.7", carol)).startsWith("HTTP/1.1 421");
    assertThat(raw("approvals.example.com\r\nx-forwarded-for: 10.0.0.7", carol))
        .startsWith("HTTP/1.1 200");
  }

  private String raw(String host, String token) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nhost: %s\r\nauthorization: Bearer %s\r\nconnection: close\r\n\r\n"
                  .formatted(AccessRequests.PATH, host, token)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void lookingIsRecorded() throws Exception {
    get(token("ann", "audit"), AccessRequests.PATH);
    assertThat(line.fact(0, Fact.READER)).isEqualTo("ann (" + issuer.name() + ")");
  }
}
