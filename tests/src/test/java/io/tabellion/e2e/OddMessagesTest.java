package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.RawServer;
import io.tabellion.testing.Request;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages that are not quite right but can mean one thing only, through a real Envoy, in both eras
 * of MCP: the client gets its answer, the server its request, and the entry lists what was mended.
 */
@Tag("envoy")
final class OddMessagesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String SESSION = "s-1";

  private static final String CONTENT =
      "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}";
  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + CONTENT + "}";
  private static final String CHANGED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

  @TempDir private Path folder;

  enum Era {
    SESSIONS,
    STATELESS
  }

  /**
   * What a server says to a call.
   *
   * @param sent one byte a character
   * @param shown what the client gets
   * @param repaired what the entries say of it
   */
  private record Odd(String sent, String shown, List<String> repaired) {
    Odd(String sent, String shown, String... repaired) {
      this(sent, shown, List.of(repaired));
    }
  }

  // Answers.

  @ParameterizedTest
  @EnumSource(Era.class)
  void answersReachTheClient(Era era) throws Exception {
    Map<String, String> wrong = new LinkedHashMap<>();
    List<String> repaired = new ArrayList<>();
    Path log;
    try (RawServer server = new RawServer();
        Gateway gateway = new Gateway(folder, server.port())) {
      log = gateway.setup().log();
      begin(era, gateway, server);
      for (Map.Entry<String, Odd> odd : odds().entrySet()) {
        server.answer(odd.getValue().sent());
        Received received = RawClient.send(gateway.port(), call(era), PATIENCE);
        repaired.addAll(odd.getValue().repaired());
        if (!received.body().equals(odd.getValue().shown())) {
          wrong.put(odd.getKey(), received.head() + "\n" + received.body());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(repaired(log)).isEqualTo(repaired);
  }

  private static Map<String, Odd> odds() {
    Map<String, Odd> odds = new LinkedHashMap<>();
    bodies()
        .forEach((name, odd) -> {
          odds.put(name, new Odd(json(odd.sent()), odd.shown(), odd.repaired()));
          odds.put(
              name + ", as an event",
              new Odd(
                  stream("data: " + odd.sent() + "\n\n"),
                  "data: " + odd.shown() + "\n\n",
                  odd.repaired()));
        });
    types(odds);
    streams(odds);
    return odds;
  }

  private static Map<String, Odd> bodies() {
    Map<String, Odd> odds = new LinkedHashMap<>();
    String before = RESULT.substring(0, RESULT.length() - 1);
    odds.put("error null", new Odd(before + ",\"error\":null}", RESULT, "null-member /error"));
    odds.put(
        "error null first",
        new Odd(RESULT.replace("\"id\"", "\"error\":null,\"id\""), RESULT, "null-member /error"));
    odds.put(
        "all members that there are",
        new Odd(
            before + ",\"error\":null,\"params\":null,\"method\":null}",
            RESULT,
            "null-member /method",
            "null-member /params",
            "null-member /error"));
    odds.put(
        "unknown members",
        new Odd(
            RESULT.replace("\"id\"", "\"_trace\":{\"a\":[1]},\"id\""),
            RESULT,
            "unknown-member /_trace"));
    odds.put("id with a fraction", new Odd(RESULT.replace(":1,", ":1.0,"), RESULT, "integer /id"));
    odds.put("mark", new Odd("\u00ef\u00bb\u00bf" + RESULT, RESULT, "byte-order-mark"));
    odds.put("array of one", new Odd("[" + RESULT + "]", RESULT, "batch-of-one"));
    String text = "/result/content/0/text";
    odds.put("high surrogate", lone("ok \\ud83d", "ok \ufffd", "lone-surrogate " + text));
    odds.put("low surrogate", lone("\\uDE00ok", "\ufffdok", "lone-surrogate " + text));
    odds.put(
        "surrogate before a pair",
        lone("\\ud83d\\ud83d\\ude00", "\ufffd\ud83d\ude00", "lone-surrogate " + text));
    odds.put("encoded surrogate", lone("\u00ed\u00a0\u00bd", "\ufffd", "not-utf-8 " + text));
    odds.put("latin", lone("caf\u00e9", "caf\ufffd", "not-utf-8 " + text));
    odds.put(
        "surrogate in a name",
        new Odd(
            RESULT.replace("\"content\"", "\"structuredContent\":{\"a\\udfff\":1},\"content\""),
            RESULT.replace("\"content\"", "\"structuredContent\":{\"a\ufffd\":1},\"content\""),
            "lone-surrogate /result/structuredContent"));
    String error = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"m\"}}";
    odds.put(
        "result null",
        new Odd(error.replace("\"id\"", "\"result\":null,\"id\""), error, "null-member /result"));
    odds.put(
        "surrogate in the name of a member that nobody knows",
        new Odd(
            RESULT.replace("\"id\"", "\"\\ud83d\":1,\"id\""),
            RESULT,
            "lone-surrogate",
            "unknown-member /\ufffd"));
    String deep = "[".repeat(200) + "]".repeat(200);
    odds.put(
        "deep",
        new Odd(
            RESULT.replace("\"content\"", "\"structuredContent\":{\"a\":" + deep + "},\"content\""),
            RESULT.replace(
                "\"content\"", "\"structuredContent\":{\"a\":" + deep + "},\"content\"")));
    return odds;
  }

  private static Odd lone(String sent, String shown, String repaired) {
    return new Odd(RESULT.replace("ok", sent), RESULT.replace("ok", shown), repaired);
  }

  private static void types(Map<String, Odd> odds) {
    for (String type :
        List.of(
            "application/json; charset=utf8",
            "application/json;charset=UTF8",
            "application/json;",
            "application/json ; ; charset=utf-8",
            "application/json; charset=us-ascii",
            "application/json; charset=utf-8; profile=mcp",
            "APPLICATION/Json; Charset=\"utf\\-8\"",
            "application/json; profile=\"a;b, c=\\\"d\\\"\"",
            "application/json\r\ncontent-type: application/json")) {
      boolean plain = type.startsWith("APPLICATION");
      odds.put(
          type,
          plain
              ? new Odd(RawServer.ok(type, RESULT), RESULT)
              : new Odd(RawServer.ok(type, RESULT), RESULT, "content-type /content-type"));
    }
    String events = "data: " + RESULT + "\n\n";
    for (String type :
        List.of(
            "text/event-stream;charset=UTF8",
            "Text/Event-Stream;",
            "text/event-stream; charset=\"UTF-8\"; x=y")) {
      odds.put(
          type, new Odd(RawServer.chunked(type, events), events, "content-type /content-type"));
    }
  }

  private static void streams(Map<String, Odd> odds) {
    String event = "data: " + RESULT + "\n\n";
    String changed = "data: " + CHANGED + "\n\n";
    odds.put(
        "notification with params null",
        before(changed.replace("}\n", ",\"params\":null}\n"), changed, "null-member /params"));
    odds.put(
        "notification with id null",
        before(changed.replace("}\n", ",\"id\":null}\n"), changed, "null-member /id"));
    odds.put(
        "notification with members of others",
        before(
            changed.replace("}\n", ",\"result\":null,\"error\":null,\"x\":1}\n"),
            changed,
            "unknown-member /x",
            "null-member /error",
            "null-member /result"));
    for (String unreadable :
        List.of(
            "data: ping\n\n",
            "data: {\"jsonrpc\n\n",
            "data: \n\n",
            "data: [DONE]\n\n",
            "data: null\n\n",
            "data: {}\n\n",
            "data: []\n\n",
            "data: {\"type\":\"ping\"}\n\n",
            "data: \u00ff\u00fe\n\n",
            "data: " + RESULT.replace(":1,", ":1,\"id\":2,") + "\n\n",
            "data: " + RESULT.replace("result", "Result") + "\n\n",
            "data: " + RESULT.replace(":1,", ":2,") + "\n\n",
            "data: " + RESULT.replace(":1,", ":\"1\",") + "\n\n",
            "data: " + CHANGED.replace("}", ",\"params\":7}") + "\n\n",
            "data: "
                + CHANGED.replace("}", ",\"params\":" + "[".repeat(500) + "]".repeat(500) + "}")
                + "\n\n",
            "event: ping\ndata: {}\n\n",
            "event: endpoint\ndata: /messages?x=1\n\n",
            "event: error\ndata: " + RESULT + "\n\n")) {
      odds.put(
          unreadable, before(unreadable, unreadable.equals("data: \n\n") ? unreadable : ":\n"));
    }
    odds.put("keep-alive", before(": keep-alive 17\n\n", ":\n"));
    odds.put("comments without an end", before(":\n:\n:", ":\n:\n:\n"));
    odds.put("event without data", before("event: message\n\n", ":\n"));
    odds.put("fields nobody knows", new Odd(stream("foo: bar\nbaz\n" + event), event));
    odds.put("retry", before("retry: 3000\n\n", "retry: 3000\n\n"));
    odds.put("mark before the stream", new Odd(stream("\u00ef\u00bb\u00bf" + event), event));
    odds.put("named", new Odd(stream("event: message\n" + event), "event: message\n" + event));
    odds.put("lines that end in CR LF", new Odd(stream(event.replace("\n", "\r\n")), event));
    odds.put("data in lines", new Odd(stream(event.replace(",\"id", ",\ndata: \"id")), event));
    odds.put("no blank", new Odd(stream(event.replace("data: ", "data:")), event));
    odds.put("end without a blank line", new Odd(stream(event.stripTrailing()), event));
  }

  private static Odd before(String sent, String shown, String... repaired) {
    String event = "data: " + RESULT + "\n\n";
    String between = sent.endsWith(":") ? "\n" : "";
    return new Odd(stream(sent + between + event), shown + event, repaired);
  }

  private static String json(String body) {
    return RawServer.ok("application/json", body);
  }

  private static String stream(String events) {
    return RawServer.chunked("text/event-stream", events);
  }

  /** Repairs in the order of the entries. */
  private static List<String> repaired(Path log) {
    return Trail.read(log).stream()
        .flatMap(entry -> StreamSupport.stream(entry.leaf().path("repaired").spliterator(), false))
        .map(line -> line.asString())
        .collect(Collectors.toList());
  }

  // The end of a stream.

  @ParameterizedTest
  @EnumSource(Era.class)
  void whoWaitsInVainIsToldAtTheEnd(Era era) throws Exception {
    try (RawServer server = new RawServer();
        Gateway gateway = new Gateway(folder, server.port())) {
      begin(era, gateway, server);
      server.answer(stream("data: " + RESULT.replace("ok\"", "ok") + "\n\n: x\n\n"));
      assertThat(RawClient.send(gateway.port(), call(era), PATIENCE).body())
          .startsWith(":\n:\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,")
          .contains("could not be read", "at byte ");
      server.answer(stream("data: ping\n\n"));
      assertThat(RawClient.send(gateway.port(), call(era), PATIENCE).body()).isEqualTo(":\n");
    }
  }

  // Requests.

  /**
   * What a client says.
   *
   * @param status that it gets
   * @param body that the server gets; null if the request does not go on
   * @param answer that the client gets; null for any
   */
  private record Asked(
      Request request,
      String sent,
      int status,
      @Nullable String body,
      @Nullable String answer,
      List<String> repaired) {
    Asked(Request request, String body, String... repaired) {
      this(request, json(RESULT), 200, body, RESULT, List.of(repaired));
    }

    static Asked refused(Request request, int status, String id) {
      String begin = id.startsWith("{") ? id : "\"id\":" + id + ",";
      return new Asked(request, json(RESULT), status, null, begin, List.of());
    }

    static Asked noted(Request request, String sent, String body, String... repaired) {
      return new Asked(request, sent, 202, body, "", List.of(repaired));
    }
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void requestsReachTheServer(Era era) throws Exception {
    Map<String, String> wrong = new LinkedHashMap<>();
    List<String> repaired = new ArrayList<>();
    Path log;
    try (RawServer server = new RawServer();
        Gateway gateway = new Gateway(folder, server.port())) {
      log = gateway.setup().log();
      begin(era, gateway, server);
      for (Map.Entry<String, Asked> asked : asked(era).entrySet()) {
        server.forget();
        server.answer(asked.getValue().sent());
        Received received = RawClient.send(gateway.port(), asked.getValue().request(), PATIENCE);
        repaired.addAll(asked.getValue().repaired());
        if (!isRight(asked.getValue(), received, server)) {
          wrong.put(
              asked.getKey(), server.seen() + "\n" + received.head() + "\n" + received.body());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(repaired(log)).isEqualTo(repaired);
  }

  private static boolean isRight(Asked asked, Received received, RawServer server) {
    String body = asked.body();
    boolean went =
        body == null
            ? server.requests() == 0
            : server.requests() == 1 && server.seen().endsWith(body + "\r\n0\r\n\r\n");
    boolean single =
        server.heads().stream()
            .allMatch(head ->
                head.lines()
                    .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))))
                    .filter(name -> name.startsWith("mcp-") || name.startsWith("content-"))
                    .allMatch(new HashSet<>()::add));
    String answer = asked.answer();
    boolean answered =
        answer == null
            || (answer.isEmpty() ? received.body().isEmpty() : received.body().contains(answer));
    return went && single && answered && received.status() == asked.status();
  }

  private static Map<String, Asked> asked(Era era) {
    Map<String, Asked> asked = new LinkedHashMap<>();
    nulls(era, asked);
    unreadable(era, asked);
    headers(era, asked);
    notifications(era, asked);
    if (era == Era.SESSIONS) {
      sessions(asked);
    }
    return asked;
  }

  private static void nulls(Era era, Map<String, Asked> asked) {
    Request call = call(era);
    String arguments = "\"arguments\":{\"nonce\":\"n1x1\"}";
    asked.put(
        "arguments null",
        new Asked(
            with(call, arguments, "\"arguments\":null"),
            call.body().replace("," + arguments, ""),
            "null-member /params/arguments"));
    asked.put("nothing null", new Asked(call, call.body()));
    if (era == Era.SESSIONS) {
      asked.put(
          "_meta null",
          new Asked(
              with(call, arguments, arguments + ",\"_meta\":null"),
              call.body(),
              "null-member /params/_meta"));
      String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
      asked.put(
          "params null",
          new Asked(
              whole(call, list.replace("}", ",\"params\":null}")), list, "null-member /params"));
    }
  }

  /** How an answer without an id begins; the stateless era has no null for it. */
  private static String none(Era era) {
    return era == Era.SESSIONS
        ? "{\"jsonrpc\":\"2.0\",\"id\":null,"
        : "{\"jsonrpc\":\"2.0\",\"error\":";
  }

  private static void unreadable(Era era, Map<String, Asked> asked) {
    Request call = call(era);
    String none = none(era);
    asked.put(
        "a member twice", Asked.refused(with(call, "\"name\"", "\"name\":1,\"name\""), 400, "1"));
    asked.put("cut", Asked.refused(whole(call, call.body().substring(0, 60)), 400, "1"));
    asked.put("surrogate", Asked.refused(with(call, "n1x1", "\\ud83d"), 400, "1"));
    asked.put("mark", Asked.refused(whole(call, "\ufeff" + call.body()), 400, "1"));
    asked.put("unknown member", Asked.refused(with(call, "\"id\"", "\"x\":1,\"id\""), 400, "1"));
    asked.put(
        "deep", Asked.refused(with(call, "\"n1x1\"", "[".repeat(300) + "]".repeat(300)), 400, "1"));
    asked.put(
        "string id", Asked.refused(with(call, "\"id\":1", "\"x\":1,\"id\":\"a\""), 400, "\"a\""));
    asked.put("two ids", Asked.refused(with(call, "\"id\":1", "\"id\":1,\"id\":2"), 400, none));
    asked.put("id null", Asked.refused(with(call, "\"id\":1", "\"id\":null"), 400, none));
  }

  private static void headers(Era era, Map<String, Asked> asked) {
    Request call = call(era);
    String name = "mcp-protocol-version";
    String version = era == Era.SESSIONS ? "2025-11-25" : "2026-07-28";
    asked.put(
        "version twice",
        new Asked(
            call.with(name, version + "\r\n" + name + ": " + version),
            call.body(),
            "repeated-header /" + name));
    asked.put(
        "versions that differ",
        Asked.refused(call.with(name, version + "\r\n" + name + ": 2025-06-18"), 400, "1"));
    asked.put(
        "type with parameters",
        new Asked(
            call.with("content-type", "Application/Json; charset=UTF8; v=\"1;2\";"),
            call.body(),
            "content-type /content-type"));
    asked.put(
        "other charset",
        Asked.refused(call.with("content-type", "application/json; charset=utf-16"), 415, "null"));
    if (era == Era.STATELESS) {
      asked.put(
          "name and method twice",
          new Asked(
              call.with("mcp-name", "echo\r\nmcp-name: echo")
                  .with("mcp-method", "tools/call\r\nmcp-method: tools/call"),
              call.body(),
              "repeated-header /mcp-method",
              "repeated-header /mcp-name"));
    } else {
      asked.put(
          "session twice",
          new Asked(
              call.with("mcp-session-id", SESSION + "\r\nmcp-session-id: " + SESSION),
              call.body(),
              "repeated-header /mcp-session-id"));
    }
  }

  private static void notifications(Era era, Map<String, Asked> asked) {
    String plain = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}";
    if (era == Era.STATELESS) {
      return;
    }
    Request call = call(era);
    for (String odd : List.of("\"params\":null", "\"id\":null")) {
      asked.put(
          "notification with " + odd,
          Asked.noted(
              whole(call, plain.replace("}", "," + odd + "}")),
              RawServer.ok("text/plain", ""),
              plain,
              odd.startsWith("\"id") ? "null-member /id" : "null-member /params"));
    }
    Map<String, String> answers = new LinkedHashMap<>();
    answers.put("words", RawServer.ok("text/plain", "Accepted").replace("200", "202"));
    answers.put("null", json("null"));
    answers.put("an object", json("{}"));
    answers.put("a result", json(RESULT));
    answers.put("nonsense", RawServer.ok("text/html", "<p>"));
    answers.forEach((what, sent) ->
        asked.put(
            "notification answered with " + what,
            Asked.noted(whole(call, plain), sent, plain, "body")));
    asked.put(
        "notification answered with nothing", Asked.noted(whole(call, plain), json(""), plain));
  }

  private static void sessions(Map<String, Asked> asked) {
    Request hello = Request.initialize();
    String id = "eyJ" + "a~.#".repeat(1_500);
    for (String revision : List.of("2024-10-07", "2024-11-05")) {
      asked.put(
          "initialize with a stale session, answered with " + revision,
          new Asked(
              hello.with("mcp-session-id", "stale"),
              begun(revision, id + revision),
              200,
              hello.body(),
              "\"protocolVersion\":\"" + revision,
              List.of("session /mcp-session-id")));
      Request call =
          Request.callInSession("echo", "n1x1")
              .with("mcp-session-id", id + revision)
              .with("mcp-protocol-version", revision);
      asked.put("a long session id at " + revision, new Asked(call, call.body()));
    }
  }

  private static Request with(Request request, String part, String other) {
    return whole(request, request.body().replace(part, other));
  }

  private static Request whole(Request request, String body) {
    return new Request(request.method(), request.path(), request.headers(), body);
  }

  private static void begin(Era era, Gateway gateway, RawServer server) throws IOException {
    if (era == Era.SESSIONS) {
      server.answer(begun("2025-11-25", SESSION));
      RawClient.send(gateway.port(), Request.initialize(), PATIENCE);
      server.forget();
    }
  }

  private static String begun(String revision, String session) {
    return RawServer.ok(
        "application/json\r\nmcp-session-id: " + session,
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\""
            + revision
            + "\",\"capabilities\":{},\"serverInfo\":{\"name\":\"odd\",\"version\":\"1\"}}}");
  }

  private static Request call(Era era) {
    return era == Era.SESSIONS
        ? Request.callInSession("echo", "n1x1").with("mcp-session-id", SESSION)
        : Request.call("echo", "n1x1");
  }
}
