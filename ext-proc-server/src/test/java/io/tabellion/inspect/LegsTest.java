package io.tabellion.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Approvals;
import io.tabellion.approval.Desk;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.budget.BudgetSettings;
import io.tabellion.budget.SpentBudgets;
import io.tabellion.identity.Caller;
import io.tabellion.inspect.Upload.Why;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.Headers;
import io.tabellion.metrics.Metrics;
import io.tabellion.policy.Policy;
import io.tabellion.policy.PolicyFile;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import io.tabellion.session.SessionOwners;
import io.tabellion.state.MemoryState;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.SamplePins;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The line by itself, without gRPC and Envoy: one table for each leg, from what comes to what is
 * entered and what is replied. Each row has an exchange, a log and a memory of its own.
 */
@Tag("unit")
final class LegsTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: legs}
      rules:
        - {id: all, match: {}, then: allow}
        - {id: wipes, match: {tools: [wipe]}, then: deny, message: Never.}
        - {id: asks, match: {tools: [pay]}, then: requireApproval, approval: {approvers: "true"}}
        - {id: notes, match: {direction: response, tools: [notes]}, then: deny}
        - {id: hides, match: {tools: [card]}, mask: [{select: /params/arguments/n, with: {replace: "[N]"}}]}
        - {id: hides-back, match: {direction: response, tools: [card]}, mask: [{select: /result/structuredContent/n, with: {replace: "[N]"}}]}
      limits: [{id: few, match: {tools: [limited]}, request: 1KiB}]
      """;

  private static final String OK = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}";

  @TempDir static Path folder;
  private static Policy policy;

  @BeforeAll
  static void load() throws Exception {
    policy = PolicyFile.load(Files.writeString(folder.resolve("policy.yaml"), POLICY)).policy();
  }

  private static String call(String tool, String args) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
        .formatted(tool, args);
  }

  private static String said(String method) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"%s\"}".formatted(method);
  }

  /** An exchange with all that it needs, and what became of it. */
  private static final class Walked {
    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final MemoryAuditLog log = new MemoryAuditLog(clock);
    private final MemoryState state = new MemoryState(clock);
    private final RequestProgress progress = new RequestProgress();
    private final Inspector inspector;
    private final boolean atOnce;
    private Exchange exchange;

    Walked(boolean atOnce, String method, String... headers) throws Exception {
      this.atOnce = atOnce;
      inspector =
          new Inspector(
              () -> policy,
              log,
              new HmacKeyedHash(
                  SecretBytes.copyOf(
                      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8))),
              SessionOwners.NONE,
              SamplePins.empty(clock),
              new Metrics(),
              clock,
              new LineSettings(
                  new Largest(4096, 4096, Limits.DEFAULT),
                  MaskSettings.DEFAULTS,
                  BudgetSettings.DEFAULTS),
              state,
              new Approvals(Desk.NOBODY));
      exchange = begin(method, headers);
    }

    /** Without waiting where that is wanted and possible. */
    private Reply went(Walk walk) throws InterruptedException {
      CompletableFuture<Reply> told = new CompletableFuture<>();
      boolean goes = atOnce && walk.tryGo(Thread::startVirtualThread, new Told(told));
      return goes ? told.join() : walk.go();
    }

    private record Told(CompletableFuture<Reply> reply) implements Walk.Then {
      @Override
      public void reply(Reply done) {
        reply.complete(done);
      }

      @Override
      public void failed(Throwable why) {
        reply.completeExceptionally(why);
      }
    }

    private Exchange begin(String method, String... headers) {
      var head = new RequestHead(method, false, headers(headers));
      progress.begin();
      progress.arrived();
      return inspector.begin(new Hop("envoy", "default", "desk", "r-1"), CALLER, head, progress);
    }

    Walked failing() {
      log.fail();
      return this;
    }

    Walked spent() {
      SpentBudgets.of("desk", state, clock);
      return this;
    }

    Reply request(String body) throws InterruptedException {
      return request(new Upload.Whole(ByteString.copyFromUtf8(body)));
    }

    Reply request(Upload upload) throws InterruptedException {
      Reply reply = went(exchange.request(upload, () -> {}));
      if (reply instanceof Reply.Release) {
        progress.forward();
      }
      return reply;
    }

    /** After a request that went on. */
    Walked asked(String body) throws InterruptedException {
      assertThat(request(body)).isInstanceOf(Reply.Release.class);
      return this;
    }

    Reply answer(int status, String body, String... headers) throws InterruptedException {
      return answer(
          new AnswerHead(status, headers(headers), false, null),
          new Upload.Whole(ByteString.copyFromUtf8(body)));
    }

    Reply answer(AnswerHead head, Upload upload) throws InterruptedException {
      return went(exchange.answer(head, upload));
    }

    Reply open(String... headers) throws InterruptedException {
      return went(exchange.open(new AnswerHead(200, headers(headers), false, null)));
    }

    /** After the head of a stream that went on. */
    Walked streaming() throws InterruptedException {
      assertThat(open("content-type", "text/event-stream")).isInstanceOf(Reply.HeadOnly.class);
      return this;
    }

    Reply events(boolean end, String... data) throws InterruptedException {
      List<ByteString> frames = new ArrayList<>();
      for (String one : data) {
        frames.add(ByteString.copyFromUtf8("data: " + one + "\n\n"));
      }
      return went(exchange.events(frames, end ? StreamEnd.BY_SERVER : null));
    }

    /** Kind, decision, reason, outcome and execution of each entry, as far as it has them. */
    List<String> entered() {
      return log.read(0, Integer.MAX_VALUE).stream()
          .map(StoredEntry::leaf)
          .map(Walked::told)
          .toList();
    }

    private static String told(Leaf leaf) {
      return Stream.of(
              leaf.kind().text(),
              leaf.facts().text(Fact.DECISION),
              leaf.facts().text(Fact.REASON),
              leaf.facts().text(Fact.OUTCOME),
              leaf.facts().text(Fact.EXECUTED))
          .filter(Objects::nonNull)
          .collect(Collectors.joining(" "));
    }
  }

  private static final Caller CALLER =
      new Caller(
          Caller.Source.JWT,
          "ada",
          "https://id.example",
          List.of(),
          null,
          List.of(),
          List.of(),
          null,
          "192.0.2.1:4711");

  private static Headers headers(String... pairs) {
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(new Header(pairs[i], pairs[i + 1]));
    }
    if (pairs.length == 0) {
      headers.add(new Header("content-type", "application/json"));
    }
    return new Headers(headers);
  }

  private static String told(Reply reply) {
    return switch (reply) {
      case Reply.Whole whole -> "goes on: " + whole.body().toStringUtf8();
      case Reply.HeadOnly _ -> "head goes on";
      case Reply.OfEnvoy _ -> "of Envoy";
      case Reply.Ours ours -> "ours %d: %s".formatted(ours.status(), ours.body().toStringUtf8());
      case Reply.Events events ->
          (events.end() ? "last events: " : "events: ") + events.bytes().toStringUtf8();
      case Reply.LastEvents last -> "ends: " + last.bytes().toStringUtf8();
    };
  }

  /** What is done in a row. */
  private interface Steps {
    Reply walk(Walked line) throws InterruptedException;
  }

  /**
   * A row of a table: what holds whether walks wait or are gone without waiting.
   *
   * @param entered what all entries say, in their order
   * @param reply what the reply begins with
   * @param more what else it holds
   */
  private static DynamicTest row(
      String name, String method, Steps steps, List<String> entered, String reply, String... more) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          for (boolean atOnce : new boolean[] {false, true}) {
            Walked line = new Walked(atOnce, method);
            String told = told(steps.walk(line));
            assertThat(line.entered()).isEqualTo(entered);
            assertThat(told).startsWith(reply);
            for (String one : more) {
              assertThat(told).contains(one);
            }
          }
        });
  }

  private static DynamicTest post(
      String name, Steps steps, List<String> entered, String reply, String... more) {
    return row(name, "POST", steps, entered, reply, more);
  }

  @TestFactory
  Stream<DynamicTest> requests() {
    String allowed = "call.intent allowed";
    return Stream.of(
        post(
            "a call that is allowed goes on as it came",
            line -> line.request(call("echo", "{\"a\":1}")),
            List.of(allowed),
            "goes on: " + call("echo", "{\"a\":1}")),
        post(
            "a notification goes on",
            line -> line.request(said("notifications/initialized")),
            List.of(allowed),
            "goes on: " + said("notifications/initialized")),
        post(
            "a masked call goes on masked",
            line -> line.request(call("card", "{\"n\":\"4\"}")),
            List.of(allowed),
            "goes on: " + call("card", "{\"n\":\"[N]\"}")),
        post(
            "a denied call is answered by words for a model",
            line -> line.request(call("wipe", "{}")),
            List.of("call.intent denied"),
            "ours 200: ",
            "\"isError\":true",
            "BLOCKED BY POLICY - the call was not executed",
            "Never."),
        post(
            "a call that is larger than a limit is denied",
            line -> line.request(call("limited", "{\"a\":\"%s\"}".formatted("a".repeat(1100)))),
            List.of("call.intent denied"),
            "ours 200: ",
            "rule few"),
        post(
            "a call that needs approval is refused where nobody can be asked",
            line -> line.request(call("pay", "{}")),
            List.of("call.intent denied needs-approval"),
            "ours 200: ",
            "NEEDS APPROVAL"),
        post(
            "what is no JSON is refused",
            line -> line.request("{"),
            List.of("call.intent refused not-json"),
            "ours 400: ",
            "-32700"),
        post(
            "what is no message is refused",
            line -> line.request("{\"jsonrpc\":\"2.0\",\"id\":1}"),
            List.of("call.intent refused not-a-message"),
            "ours 400: ",
            "-32600"),
        post(
            "an empty body is refused",
            line -> line.request(new Upload.None()),
            List.of("call.intent refused not-json"),
            "ours 400: "),
        post(
            "a batch outside a session that has them is refused",
            line -> line.request("[" + call("echo", "{}") + "]"),
            List.of("call.intent refused batch"),
            "ours 400: "),
        post(
            "an answer that no server asked for is dropped",
            line -> line.request(OK),
            List.of("call.intent dropped not-asked"),
            "ours 202: "),
        post(
            "a body over the cap is refused",
            line -> line.request(new Upload.Cut(Why.TOO_LARGE, 5000)),
            List.of("call.intent refused too-large"),
            "ours 413: ",
            "41301"),
        post(
            "a body that takes too long is refused",
            line -> line.request(new Upload.Cut(Why.TOO_SLOW, 10)),
            List.of("call.intent refused too-slow"),
            "ours 408: "),
        post(
            "a body that there is no room for is refused",
            line -> line.request(new Upload.Cut(Why.NO_ROOM, 10)),
            List.of("call.intent refused unavailable"),
            "ours 503: "),
        row(
            "a GET without a session is refused",
            "GET",
            line -> line.request(new Upload.None()),
            List.of("call.intent refused http-method"),
            "ours 405: "),
        row(
            "another HTTP method is refused",
            "PUT",
            line -> line.request(new Upload.None()),
            List.of("call.intent refused http-method"),
            "ours 405: "),
        post(
            "nothing goes on where the log cannot be written",
            line -> line.failing().request(call("echo", "{}")),
            List.of(),
            "ours 200: ",
            "NOT EXECUTED"),
        post(
            "nothing goes on where the budget is spent",
            line -> line.spent().request(call("echo", "{}")),
            List.of(),
            "ours 200: ",
            "NOT EXECUTED",
            "minute"));
  }

  @TestFactory
  Stream<DynamicTest> answers() {
    String asked = "call.intent allowed";
    return Stream.of(
        post(
            "a result goes on as it came",
            line -> line.asked(call("echo", "{}")).answer(200, OK),
            List.of(asked, "call.outcome allowed ok yes"),
            "goes on: " + OK),
        post(
            "a masked result goes on masked",
            line ->
                line.asked(call("card", "{}"))
                    .answer(
                        200,
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[],\"structuredContent\":{\"n\":\"4\"}}}"),
            List.of(asked, "call.outcome allowed ok yes"),
            "goes on: ",
            "\"n\":\"[N]\""),
        post(
            "an error goes on",
            line ->
                line.asked(call("echo", "{}"))
                    .answer(
                        200,
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"no\"}}"),
            List.of(asked, "call.outcome allowed rpc_error unknown"),
            "goes on: ",
            "\"code\":-1"),
        post(
            "the result of a tool that failed goes on",
            line ->
                line.asked(call("echo", "{}")).answer(200, OK.replace("[]", "[],\"isError\":true")),
            List.of(asked, "call.outcome allowed tool_error yes"),
            "goes on: "),
        post(
            "a result that a rule denies is replaced by words",
            line -> line.asked(call("notes", "{}")).answer(200, OK),
            List.of(asked, "call.outcome withheld policy withheld yes"),
            "goes on: ",
            "the tool WAS executed"),
        post(
            "an answer to something else is withheld",
            line -> line.asked(call("echo", "{}")).answer(200, OK.replace(":1,", ":2,")),
            List.of(asked, "call.outcome withheld unknown-id withheld unknown"),
            "goes on: "),
        post(
            "an answer that cannot be read is withheld",
            line -> line.asked(call("echo", "{}")).answer(200, "{"),
            List.of(asked, "call.outcome withheld unreadable withheld unknown"),
            "goes on: "),
        post(
            "another media type is withheld",
            line -> line.asked(call("echo", "{}")).answer(200, "hi", "content-type", "text/plain"),
            List.of(asked, "call.outcome withheld media-type withheld unknown"),
            "goes on: "),
        post(
            "an encoded body is withheld",
            line ->
                line.asked(call("echo", "{}"))
                    .answer(
                        200, OK, "content-type", "application/json", "content-encoding", "gzip"),
            List.of(asked, "call.outcome withheld content-encoding withheld unknown"),
            "goes on: "),
        post(
            "a redirect is answered by us",
            line ->
                line.asked(call("echo", "{}"))
                    .answer(307, "", "location", "https://elsewhere.example/mcp?token=1"),
            List.of(asked, "call.outcome withheld redirect withheld no"),
            "ours 502: ",
            "redirects to another address"),
        post(
            "the text of an HTTP error goes on in words of ours",
            line ->
                line.asked(call("echo", "{}"))
                    .answer(413, "body too large", "content-type", "text/plain"),
            List.of(asked, "call.outcome allowed http_error no"),
            "goes on: ",
            "HTTP 413: body too large."),
        post(
            "an answer of Envoy's own is told as such",
            line ->
                line.asked(call("echo", "{}"))
                    .answer(
                        new AnswerHead(503, headers(), false, "upstream_reset{connection_failure}"),
                        new Upload.Whole(ByteString.copyFromUtf8("reset"))),
            List.of(asked, "call.outcome allowed envoy http_error no"),
            "goes on: ",
            "could not be reached"),
        post(
            "a request that is not answered is told as such",
            line -> line.asked(call("echo", "{}")).answer(200, ""),
            List.of(asked, "call.outcome allowed unanswered not_released unknown"),
            "ours 200: ",
            "gave no answer to it"),
        post(
            "a notification is taken",
            line -> line.asked(said("notifications/initialized")).answer(202, ""),
            List.of(asked, "call.outcome allowed ok yes"),
            "goes on: "),
        post(
            "an answer over the cap is withheld",
            line ->
                line.asked(call("echo", "{}"))
                    .answer(
                        new AnswerHead(200, headers(), false, null),
                        new Upload.Cut(Why.TOO_LARGE, 5000)),
            List.of(asked, "call.outcome withheld too-large withheld yes"),
            "ours 200: ",
            "the tool WAS executed"),
        post(
            "nothing of an answer goes on where the log cannot be written",
            line -> line.asked(call("echo", "{}")).failing().answer(200, OK),
            List.of(asked),
            "ours 200: ",
            "the tool WAS executed"));
  }

  @TestFactory
  Stream<DynamicTest> headsOfStreams() {
    String asked = "call.intent allowed";
    return Stream.of(
        post(
            "the head of a stream goes on",
            line -> line.asked(call("echo", "{}")).open("content-type", "text/event-stream"),
            List.of(asked, "stream.open"),
            "head goes on"),
        post(
            "no head goes on where the log cannot be written",
            line ->
                line.asked(call("echo", "{}")).failing().open("content-type", "text/event-stream"),
            List.of(asked),
            "ours 200: ",
            "the tool WAS executed"));
  }

  @TestFactory
  Stream<DynamicTest> events() {
    String asked = "call.intent allowed";
    String open = "stream.open";
    String progress =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"x\"}}";
    return Stream.of(
        post(
            "an answer goes on, and then the end",
            line -> line.asked(call("echo", "{}")).streaming().events(true, OK),
            List.of(asked, open, "stream.event allowed ok", "call.outcome ok yes"),
            "last events: data: " + OK),
        post(
            "events go on one by one before the answer",
            line -> line.asked(call("echo", "{}")).streaming().events(false, progress, progress),
            List.of(asked, open, "stream.event allowed", "stream.event allowed"),
            "events: data: " + progress + "\n\ndata: " + progress),
        post(
            "a second answer to one request is dropped",
            line -> line.asked(call("echo", "{}")).streaming().events(false, OK, OK),
            List.of(asked, open, "stream.event allowed ok", "stream.event dropped unknown-id"),
            "events: data: " + OK + "\n\n:"),
        post(
            "what a server asks outside a session is dropped",
            line ->
                line.asked(call("echo", "{}"))
                    .streaming()
                    .events(false, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"roots/list\"}"),
            List.of(asked, open, "stream.event dropped policy"),
            "events: :"),
        post(
            "an event that cannot be read is dropped, and who waits in vain is told",
            line -> line.asked(call("echo", "{}")).streaming().events(true, "{\"id\":1"),
            List.of(
                asked,
                open,
                "stream.event dropped unreadable",
                "stream.event withheld unreadable withheld",
                "call.outcome withheld unknown"),
            "last events: ",
            "\"isError\":true"),
        post(
            "a stream that ends without an answer has its outcome",
            line -> line.asked(call("echo", "{}")).streaming().events(true),
            List.of(asked, open, "call.outcome unanswered not_released unknown"),
            "last events: "),
        post(
            "no event goes on where the log cannot be written, and who waits is told",
            line -> line.asked(call("echo", "{}")).streaming().failing().events(false, OK),
            List.of(asked, open),
            "ends: data: ",
            "the tool WAS executed"));
  }
}
