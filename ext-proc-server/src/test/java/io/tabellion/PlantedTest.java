package io.tabellion;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tabellion.audit.EntryKind;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.config.Config;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.EnvoyConnection;
import io.tabellion.testing.EnvoyPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A value of its own is planted in each place that a caller or a server fills, in calls that go on
 * and in refusals of every kind; nothing that the server writes holds one. With masking off, the
 * same values are there: so the test would see them.
 */
@Tag("unit")
class PlantedTest {
  private static final String CONFIG =
      """
      ext-proc: {address: "127.0.0.1:0", insecure-loopback: true}
      api: {address: "127.0.0.1:0", insecure-loopback: true}
      http: {address: "127.0.0.1:0"}
      log: {directory: log, origin: example.com/log, disclosure-key: disclosure.pem}
      policy: policy.yaml
      listeners:
      - identity:
          jwt: {issuers: ["https://id.example.com/"], audiences: [mcp]}
          anonymous: allow
      """;

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: p}
      defaults: {record: RECORD}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: servers-own, match: {direction: server-request}, then: allow}
      - {id: no, match: {tools: ["refuse*"]}, then: deny, message: "No."}
      - id: reads
        match: {tools: [fails]}
        when: args.missing.deep == "x"
        then: deny
      """;

  private static final Pattern PLANTED = Pattern.compile("planted\\.([a-z-]+)@");
  private static final String TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String STATELESS = "io.modelcontextprotocol/";

  private static final List<String> IN_LEAVES =
      List.of(
          "agent",
          "client",
          "event-id",
          "id",
          "media-type",
          "method",
          "own-details",
          "prompt",
          "request-id",
          "uri");
  private static final List<String> IN_CONTENTS =
      List.of(
          "argument",
          "argument-name",
          "data",
          "error",
          "meta",
          "name-of-member",
          "refused",
          "log",
          "tool",
          "progress");

  private final InstantSource clock = InstantSource.system();
  @TempDir Path folder;

  /** A value that is an address, and names its place. */
  private static String at(String place) {
    return "planted." + place + "@example.com";
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @TestFactory
  Stream<DynamicTest> nothingThatIsWrittenHoldsAValueThatWasPlanted() throws Exception {
    Map<String, String> written = run("{detect: [ALL]}");
    return Stream.concat(
        written.entrySet().stream()
            .map(text ->
                dynamicTest(
                    text.getKey() + " holds none",
                    () -> holdsNone(text.getKey(), text.getValue()))),
        Stream.of(
            dynamicTest(
                "all that is written was looked at",
                () ->
                    assertThat(written)
                        .containsKeys("leaves", "contents", "metrics", "logs", "index.sqlite")),
            dynamicTest(
                "leaves say what was masked, and commit to it",
                () ->
                    assertThat(written.get("leaves")).contains("[EMAIL]", "\"commitment_salt\""))));
  }

  private static void holdsNone(String where, String text) {
    assertThat(planted(text)).isEmpty();
    if (!where.startsWith("pins/")) { // what a pin is found by is the name that the server gave
      assertThat(text).doesNotContain(TOKEN);
    }
  }

  @TestFactory
  Stream<DynamicTest> withMaskingOffTheyAreThere() throws Exception {
    Map<String, String> written = run("originals");
    List<String> leaves = planted(written.get("leaves"));
    List<String> contents = planted(written.get("contents"));
    return Stream.of(
            IN_LEAVES.stream()
                .map(place ->
                    dynamicTest(place + " is in a leaf", () -> assertThat(leaves).contains(place))),
            IN_CONTENTS.stream()
                .map(place ->
                    dynamicTest(
                        place + " is in a content", () -> assertThat(contents).contains(place))),
            Stream.of(
                dynamicTest(
                    "the token is in a leaf",
                    () -> assertThat(written.get("leaves")).contains(TOKEN))))
        .flatMap(tests -> tests);
  }

  private static List<String> planted(@Nullable String text) {
    return new ArrayList<>(
        new TreeSet<>(
            PLANTED.matcher(String.valueOf(text)).results().map(found -> found.group(1)).toList()));
  }

  // The traffic.

  private Map<String, String> run(String record) throws Exception {
    Files.writeString(folder.resolve("policy.yaml"), POLICY.replace("RECORD", record));
    Path file = Files.writeString(folder.resolve("tabellion.yaml"), CONFIG);
    byte[] key = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
    Files.writeString(
        folder.resolve("disclosure.pem"),
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(Base64.getEncoder().encodeToString(key)));
    Config config = Config.load(file);
    Map<String, String> written = new LinkedHashMap<>();
    var logged = new ByteArrayOutputStream();
    var handler = new StreamHandler(logged, new SimpleFormatter());
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    Logger ours = Logger.getLogger("io.tabellion");
    ours.setLevel(Level.ALL);
    root.addHandler(handler);
    try (Server server = Server.start(config, clock);
        EnvoyConnection connection = new EnvoyConnection(port(server, "ext_proc"))) {
      requests(connection.envoy());
      faulty(connection.envoy());
      answers(connection.envoy());
      events(connection.envoy());
      sessions(connection.envoy());
      written.put("metrics", metrics(port(server, "metrics")));
    } finally {
      root.removeHandler(handler);
      ours.setLevel(null);
      handler.flush();
    }
    written.put("logs", logged.toString(UTF_8));
    keep(config, written);
    return written;
  }

  private static String call(String tool, String arguments) {
    return json(
        "{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'%s','arguments':%s}}"
            .formatted(tool, arguments));
  }

  private static String message(String method, String params) {
    return json("{'jsonrpc':'2.0','id':7,'method':'%s','params':%s}".formatted(method, params));
  }

  /** A request that goes on, and whose client goes away. */
  private static void left(EnvoyPeer envoy, String body, String... headers) {
    EnvoyPeer.Stream stream = envoy.open().post(headers).requestBody(body, true);
    stream.forwarded();
    stream.cancel();
  }

  private static void refused(EnvoyPeer envoy, String body, String... headers) {
    envoy.open().post(headers).requestBody(body, true).immediate();
  }

  private static void requests(EnvoyPeer envoy) {
    left(
        envoy,
        call("find", "{'" + at("argument-name") + "':'" + at("argument") + "'}"),
        "user-agent",
        "bot " + at("agent"),
        "traceparent",
        "00-" + at("trace"),
        "tracestate",
        at("trace-state"),
        "cookie",
        at("cookie"),
        "authorization",
        "Bearer " + at("bearer"),
        "x-own",
        at("own-header"),
        "origin",
        "https://" + at("origin"));
    left(
        envoy,
        json("{'jsonrpc':'2.0','id':'of " + at("id") + "','method':'ping'}"),
        "accept",
        at("accept"));
    left(envoy, message("prompts/get", "{'name':'" + at("prompt") + "'}"));
    left(envoy, message("resources/read", "{'uri':'crm://by/" + at("uri") + "'}"));
    left(envoy, message("resources/subscribe", "{'uri':'crm://by/" + TOKEN + "'}"));
    left(envoy, message("made/up-" + at("method"), "{}"));
    left(
        envoy,
        message(
            "tools/call",
            "{'name':'find','_meta':{'" + at("meta-name") + "':'" + at("meta") + "'}}"));
    left(
        envoy,
        message(
            "completion/complete",
            "{'ref':{'type':'ref/prompt','name':'"
                + at("reference")
                + "'},'argument':{'name':'a','value':'"
                + at("completion")
                + "'}}"));
    left(
        envoy,
        json(
            "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':'"
                + at("cancelled")
                + "','reason':'"
                + at("cancel-reason")
                + "'}}"));
    refused(envoy, call("refuse", "{'a':'" + at("refused") + "'}"));
    left(envoy, call(at("tool"), "{}"));
    left(envoy, call(TOKEN, "{}"));
    refused(envoy, call("fails", "{'missing':'" + at("rule-error") + "'}"));
    EnvoyPeer.Stream token =
        envoy
            .open()
            .send(
                EnvoyPeer.Stream.withToken(
                    EnvoyPeer.Stream.requestHead(
                        "POST",
                        false,
                        Map.of("request.id", EnvoyPeer.text(at("request-id"))),
                        "content-type",
                        "application/json"),
                    Map.of(
                        "iss", EnvoyPeer.text("https://id.example.com/"),
                        "aud", EnvoyPeer.text("mcp"),
                        "sub", EnvoyPeer.text("alice"),
                        "jti", EnvoyPeer.text(at("token-id")),
                        "email", EnvoyPeer.text(at("mail-claim")),
                        "nonce", EnvoyPeer.text(at("nonce-claim")))))
            .requestBody(call("find", "{}"), true);
    token.forwarded();
    token.cancel();
  }

  /** Refusals of each kind, with something planted in what is refused. */
  private static void faulty(EnvoyPeer envoy) {
    refused(envoy, "not JSON: " + at("not-json"));
    refused(envoy, json("{'jsonrpc':'2.0','" + at("cut") + "':"));
    refused(envoy, json("{'" + at("twice") + "':1,'" + at("twice") + "':2}"));
    refused(envoy, json("{'jsonrpc':'" + at("version") + "','id':1,'method':'ping'}"));
    refused(envoy, json("{'jsonrpc':'2.0','id':{'" + at("odd-id") + "':1},'method':'ping'}"));
    refused(
        envoy, json("{'jsonrpc':'2.0','id':1,'Method':'" + at("lookalike") + "','method':'ping'}"));
    refused(envoy, json("'" + at("text") + "'"));
    refused(envoy, json("[" + "{'jsonrpc':'2.0','id':1,'method':'" + at("batch") + "'}]"));
    refused(envoy, json("\uFEFF{'" + at("bom") + "':1}"));
    refused(envoy, call("find", "{}"), "mcp-session-id", at("session"));
    refused(envoy, call("find", "{}"), "mcp-session-id", "a", "mcp-session-id", at("two-sessions"));
    refused(envoy, call("find", "{}"), "mcp-protocol-version", at("revision"));
    refused(envoy, call("find", "{}"), "content-encoding", at("encoding"));
    refused(envoy, call("find", "{}"), "x-envoy-retry-on", at("retry"));
    refused(envoy, call("find", "{}"), ":path", "/mcp?" + at("query"));
    String stateless = "'_meta':{'" + STATELESS + "protocolVersion':'2026-07-28'}";
    refused(
        envoy,
        message("prompts/get", "{'name':'x'," + stateless + "}"),
        "mcp-protocol-version",
        "2026-07-28",
        "mcp-method",
        at("mirrored-method"),
        "mcp-name",
        "x");
    refused(
        envoy,
        message("prompts/get", "{'name':'" + at("prompt-of-body") + "'," + stateless + "}"),
        "mcp-protocol-version",
        "2026-07-28",
        "mcp-method",
        "prompts/get",
        "mcp-name",
        at("mirrored-name"));
    refused(
        envoy,
        message(
            "ping",
            "{'_meta':{'" + STATELESS + "protocolVersion':'" + at("body-revision") + "'}}"));
    envoy
        .open()
        .requestHead("POST", false, "content-type", "text/" + at("media-type"))
        .requestBody(at("other-body"), true)
        .immediate();
    envoy.open().requestHead(at("http-method"), true).immediate();
    envoy.open().requestHead("GET", true, "last-event-id", at("last-event")).immediate();
    envoy.open().requestHead("DELETE", true, "mcp-session-id", at("deleted")).immediate();
  }

  private static EnvoyPeer.Stream begun(EnvoyPeer envoy) {
    EnvoyPeer.Stream stream = envoy.open().post().requestBody(call("find", "{}"), true);
    stream.forwarded();
    return stream;
  }

  private static void answers(EnvoyPeer envoy) {
    begun(envoy)
        .answerJson(
            json(
                "{'jsonrpc':'2.0','id':7,'error':{'code':-1,'message':'"
                    + at("error")
                    + "','data':{'"
                    + at("name-of-member")
                    + "':'"
                    + at("data")
                    + "'}}}"),
            "x-from-server",
            at("answer-header"),
            "set-cookie",
            at("answer-cookie"))
        .answered();
    begun(envoy)
        .answerJson(json("{'jsonrpc':'2.0','id':'" + at("other-id") + "','result':{}}"))
        .reply();
    begun(envoy).answerJson("broken " + at("broken")).reply();
    begun(envoy)
        .answerJson(json("{'jsonrpc':'2.0','id':7,'result':'" + at("shape") + "'}"))
        .reply();
    begun(envoy)
        .answerHead(500, false, "content-type", "text/plain; of=" + at("answer-type"))
        .answerBody("failed: " + at("http-error"), true)
        .reply();
    begun(envoy).answerHead(302, true, "location", "https://" + at("location") + "/").reply();
    begun(envoy).ownAnswer("details of " + at("own-details"), 503, true).reply();
    begun(envoy)
        .answerJson(
            json(
                "{'jsonrpc':'2.0','id':7,'result':{'content':[]},'"
                    + at("unknown-member")
                    + "':'"
                    + at("unknown-value")
                    + "','error':null}"))
        .answered();
    tools(envoy, at("argument-of-schema"));
    refused(envoy, call("strict", "{'amount':'" + at("misfit") + "','" + at("extra") + "':1}"));
    tools(envoy, at("argument-of-changed-schema"));
  }

  /** A list with a tool of a token's name, one whose name nobody can see, and one with a schema. */
  private static void tools(EnvoyPeer envoy, String argument) {
    EnvoyPeer.Stream tools =
        envoy
            .open()
            .post()
            .requestBody(json("{'jsonrpc':'2.0','id':7,'method':'tools/list'}"), true);
    tools.forwarded();
    tools
        .answerJson(
            json(
                "{'jsonrpc':'2.0','id':7,'result':{'tools':[{'name':'"
                    + TOKEN
                    + "','description':'ask "
                    + at("description")
                    + "','inputSchema':{'type':'object'}},{'name':'"
                    + at("hidden-tool")
                    + "\u200B','inputSchema':{'type':'object'}},{'name':'strict','inputSchema':"
                    + "{'type':'object','properties':{'amount':{'type':'integer'},'"
                    + argument
                    + "':{'type':'string','pattern':'"
                    + at("pattern-of-schema")
                    + "(?=x)'}},'additionalProperties':false}}]}}"))
        .answered();
  }

  private static void events(EnvoyPeer envoy) {
    EnvoyPeer.Stream stream = begun(envoy);
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    stream.answerBody(": " + at("comment") + "\n\n", false);
    stream.piece();
    stream.answerBody("event: " + at("event-name") + "\ndata: x\n\n", false);
    stream.piece();
    stream.answerBody(
        "id: "
            + at("event-id")
            + "\ndata: "
            + json(
                "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','logger':'"
                    + at("logger")
                    + "','data':'"
                    + at("log")
                    + "'}}")
            + "\n\n",
        false);
    stream.piece();
    stream.answerBody(
        "data: "
            + json(
                "{'jsonrpc':'2.0','method':'notifications/progress','params':{'progressToken':'"
                    + at("progress-token")
                    + "','progress':1,'message':'"
                    + at("progress")
                    + "'}}")
            + "\n\n",
        false);
    stream.piece();
    stream.answerBody(
        "data: "
            + json("{'jsonrpc':'2.0','id':'" + at("server-id") + "','method':'roots/list'}")
            + "\n\n",
        false);
    stream.piece();
    stream.answerBody("data: broken " + at("broken-event") + "\n\n", true);
    stream.rest();
  }

  private static void sessions(EnvoyPeer envoy) {
    String hello =
        "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':'2025-11-25',"
            + "'capabilities':{'experimental':{'"
            + at("capability")
            + "':{}}},'clientInfo':{'name':'"
            + at("client")
            + "','version':'"
            + at("client-version")
            + "'}}}";
    EnvoyPeer.Stream stream = envoy.open().post().requestBody(json(hello), true);
    stream.forwarded();
    stream
        .answerJson(
            json(
                "{'jsonrpc':'2.0','id':0,'result':{'protocolVersion':'2025-11-25','capabilities':{},"
                    + "'serverInfo':{'name':'"
                    + at("server-name")
                    + "','version':'1'},'instructions':'"
                    + at("instructions")
                    + "'}}"),
            "mcp-session-id",
            at("own-session"))
        .answered();
    left(envoy, call("find", "{}"), "mcp-session-id", at("own-session"));
    EnvoyPeer.Stream resumed =
        envoy
            .open()
            .requestHead(
                "GET", true, "mcp-session-id", at("own-session"), "last-event-id", at("resumed"));
    resumed.forwarded();
    resumed.cancel();
    left(
        envoy,
        hello.replace('\'', '"').replace("2025-11-25", at("asked-revision")),
        "mcp-session-id",
        at("lost-session"));
    refused(envoy, call("find", "{}"), "mcp-session-id", at("lost-session"));
  }

  // What was written.

  private static int port(Server server, String part) {
    String line =
        server.listening().stream().filter(each -> each.startsWith(part)).findFirst().orElseThrow();
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private static String metrics(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
              .timeout(Duration.ofSeconds(20))
              .build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private void keep(Config config, Map<String, String> written) throws IOException {
    try (var files = Files.walk(config.log().directory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = config.log().directory().relativize(file).toString();
        written.put(name, new String(Files.readAllBytes(file), ISO_8859_1));
      }
    }
    StringBuilder leaves = new StringBuilder();
    StringBuilder contents = new StringBuilder();
    try (FileAuditLog log = FileAuditLog.open(Settings.log(config), clock, new Metrics())) {
      for (long index = 0; index < log.reader().size(); index++) {
        StoredEntry entry = log.reader().read(index);
        leaves.append(entry.bytes().toStringUtf8()).append('\n');
        if (entry.content().get() instanceof StoredContent.Clear(var content)) {
          contents.append(content.bytes().toStringUtf8()).append('\n');
        }
      }
    }
    written.put("leaves", leaves.toString());
    written.put("contents", contents.toString());
    assertThat(leaves.toString())
        .contains(Arrays.asList(EntryKind.STREAM_EVENT.text(), "rpc_error"));
  }
}
