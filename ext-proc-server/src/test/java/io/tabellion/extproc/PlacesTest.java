package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Metadata;
import io.tabellion.audit.Fact;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Certificates;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.metrics.Counter;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A call that passes a gateway and a sidecar is one call. */
@Tag("unit")
final class PlacesTest {
  private static final String HEADER = "x-tabellion-passage";
  private static final String GATEWAY = "spiffe://mesh/ns/edge/sa/gateway";
  private static final String NEIGHBOUR = "spiffe://mesh/ns/agents/sa/neighbour";
  private static final IdentitySettings TOKENS =
      new IdentitySettings(
          new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, false, Set.of());
  private static final IdentitySettings MESH = mesh(Set.of(GATEWAY));
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}";

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line =
        new LineFixture(
            Map.of(
                "gateway", TOKENS,
                "sidecar", MESH,
                "third", MESH,
                "without-hops", mesh(Set.of())),
            Map.of("sample", List.of("gateway", "sidecar"), "long", three()));
  }

  private static List<String> three() {
    return List.of("gateway", "sidecar", "third");
  }

  private static IdentitySettings mesh(Set<String> hops) {
    return new IdentitySettings(null, new Certificates(Set.of("mesh"), true), null, false, hops);
  }

  @AfterEach
  void end() {
    line.close();
  }

  // Parties.

  /** A request as it leaves a place. */
  private record Sent(Map<String, String> headers, String method, ByteString body) {
    String name() {
      return headers.getOrDefault(HEADER, "");
    }

    Sent with(String header, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(header, value);
      return new Sent(more, method, body);
    }

    Sent with(String other) {
      return new Sent(headers, method, ByteString.copyFromUtf8(other));
    }
  }

  private Stream at(String listener) {
    Metadata head = new Metadata();
    head.put(Metadata.Key.of("x-tabellion-listener", Metadata.ASCII_STRING_MARSHALLER), listener);
    return line.envoy().open(head);
  }

  private static String[] flat(Map<String, String> headers) {
    List<String> flat = new ArrayList<>();
    headers.forEach((name, value) -> flat.addAll(List.of(name, value)));
    return flat.toArray(String[]::new);
  }

  private Stream first(String method, Map<String, String> headers, String body) {
    return first("sample", method, headers, body);
  }

  private Stream first(String server, String method, Map<String, String> headers, String body) {
    Stream stream =
        at("gateway")
            .send(
                Stream.withTokenOf(
                    "alice",
                    Stream.requestHead(
                        method,
                        body.isEmpty(),
                        Map.of("xds.route_name", route(server)),
                        flat(headers))));
    return body.isEmpty() ? stream : stream.requestBody(body, true);
  }

  private static Value route(String server) {
    return EnvoyPeer.text("mcp/" + server);
  }

  private static Map<String, String> json() {
    return Map.of("content-type", "application/json");
  }

  /** What Envoy sends on. */
  private static Sent sent(String method, Map<String, String> came, ProcessingResponse reply) {
    HeaderMutation changes = reply.getRequestHeaders().getResponse().getHeaderMutation();
    Map<String, String> headers = new LinkedHashMap<>(came);
    changes.getRemoveHeadersList().forEach(headers::remove);
    for (HeaderValueOption option : changes.getSetHeadersList()) {
      headers.put(
          option.getHeader().getKey(),
          option.getHeader().getRawValue().toString(StandardCharsets.ISO_8859_1));
    }
    return new Sent(headers, method, EnvoyPeer.bodyOf(reply));
  }

  private Sent forwarded(Stream stream, Map<String, String> came) {
    return sent("POST", came, stream.forwarded());
  }

  private Stream second(Sent sent) {
    return next("sidecar", GATEWAY, "sample", sent);
  }

  private Stream next(String listener, String peer, String server, Sent sent) {
    boolean bodiless = sent.body().isEmpty();
    Stream stream =
        at(listener)
            .send(
                Stream.requestHead(
                    sent.method(),
                    bodiless,
                    Map.of(
                        "connection.mtls", Value.newBuilder().setBoolValue(true).build(),
                        "connection.uri_san_peer_certificate", EnvoyPeer.text(peer),
                        "xds.route_name", route(server)),
                    flat(sent.headers())));
    return bodiless ? stream : stream.requestBody(sent.body(), true);
  }

  private int entries() throws InterruptedException {
    return line.entries(0).size();
  }

  // One call.

  @Test
  void aCallIsJudgedAndRecordedOnce() throws Exception {
    Stream first = first("POST", json(), CALL);
    Sent sent = forwarded(first, json());
    assertThat(sent.name()).matches("[0-9a-f]{32}");

    Stream second = second(sent);
    ProcessingResponse reply = second.forwarded();
    Sent arrives = sent("POST", sent.headers(), reply);
    assertThat(arrives.headers()).doesNotContainKey(HEADER);
    assertThat(arrives.body()).isEqualTo(sent.body());
    assertThat(EnvoyPeer.mark(reply, "entry"))
        .isEqualTo(line.entries(1).getFirst().leaf().id().toString());

    ProcessingResponse head = second.answerJson(RESULT, "x-odd", "1").answered();
    assertThat(head.getResponseHeaders().getResponse().getHeaderMutation())
        .isEqualTo(HeaderMutation.getDefaultInstance());
    assertThat(second.piece()).isEqualTo(RESULT);
    first.answerJson(RESULT, "x-odd", "1").answered();
    second.cancel();
    first.cancel();

    assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    assertThat(line.fact(0, Fact.LISTENER)).isEqualTo("gateway");
    assertThat(line.fact(0, Fact.SUBJECT)).isEqualTo("alice");
    assertThat(line.fact(1, Fact.SEEN_AT)).isEqualTo("[sidecar loopback]");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("ok");
    assertThat(line.metrics.get(Counter.PASSED_AGAIN)).isOne();
  }

  @Test
  void aCallOfTheStatelessEraToo() throws Exception {
    Map<String, String> headers = new LinkedHashMap<>(json());
    headers.put("mcp-protocol-version", "2026-07-28");
    headers.put("mcp-method", "tools/call");
    headers.put("mcp-name", "echo");
    String call =
        """
        {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","_meta":{\
        "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"},\
        "io.modelcontextprotocol/clientCapabilities":{}}}}\
        """;
    Stream first = first("POST", headers, call);
    Sent sent = forwarded(first, headers);
    second(sent).forwarded();
    assertThat(line.kinds(1)).containsExactly("call.intent");
    Sent again = forwarded(first("POST", headers, call), headers);
    second(again.with("mcp-name", "delete")).immediate();
    assertThat(line.fact(2, Fact.DETAIL)).isEqualTo("other headers of the protocol");
  }

  @Test
  void aLongBodyPassesAndWithoutItNothing() throws Exception {
    String call =
        CALL.replace("\"echo\"", "\"echo\",\"arguments\":{\"a\":\"" + "x".repeat(20_000) + "\"}");
    Sent sent = forwarded(first("POST", json(), call), json());
    Stream second =
        next("sidecar", GATEWAY, "sample", new Sent(sent.headers(), "POST", ByteString.EMPTY));
    second.immediate(); // the body is missing
    Sent other = forwarded(first("POST", json(), call), json());
    assertThat(EnvoyPeer.bodyOf(second(other).forwarded())).isEqualTo(other.body());
  }

  @Test
  void eventsGoBackThroughTheFirstPlaceOnly() throws Exception {
    Stream first = first("POST", json(), CALL);
    Stream second = second(forwarded(first, json()));
    second.forwarded();
    second.answerHead(200, false, "content-type", "text/event-stream").answered();
    String event = "data: " + RESULT + "\n\n";
    assertThat(second.answerBody(event, false).piece()).isEqualTo(event);
    first.answerHead(200, false, "content-type", "text/event-stream").answered();
    assertThat(first.answerBody(event, false).piece()).contains(RESULT);
    assertThat(second.answerBody("", true).piece()).isEmpty();
    first.answerBody("", true).rest();
    assertThat(line.kinds(4))
        .containsExactly("call.intent", "stream.open", "stream.event", "call.outcome");
    assertThat(line.fact(3, Fact.SEEN_AT)).isEqualTo("[sidecar loopback]");
  }

  @Test
  void aRequestWithoutABodyPasses() throws Exception {
    Stream initializes =
        at("gateway")
            .send(
                Stream.withTokenOf(
                    "alice", Stream.requestHead("POST", false, Map.of(), flat(json()))));
    initializes.initialized("s-1", "2025-11-25");
    int before = entries();
    Map<String, String> session = Map.of("mcp-session-id", "s-1");
    Stream first = first("GET", session, "");
    Sent sent = sent("GET", session, first.forwarded());
    assertThat(sent.headers()).containsKey(HEADER);
    Stream second = second(sent);
    second.forwarded();
    second.answerHead(405, true).answered();
    first.answerHead(405, true).answered();
    assertThat(line.kinds(before + 2).subList(before, before + 2))
        .containsExactly("call.intent", "call.outcome");
  }

  @Test
  void threePlacesAreOneCallEachWithANameOfItsOwn() throws Exception {
    Stream first = first("long", "POST", json(), CALL);
    Sent sent = forwarded(first, json());
    Stream second = next("sidecar", GATEWAY, "long", sent);
    Sent onward = forwarded(second, sent.headers());
    assertThat(onward.name()).isNotEmpty().isNotEqualTo(sent.name());
    Sent last = forwarded(next("third", GATEWAY, "long", onward), onward.headers());
    assertThat(last.headers()).doesNotContainKey(HEADER);
    next("third", GATEWAY, "long", onward).immediate();
    first.answerJson(RESULT).answered();
    assertThat(line.fact(2, Fact.SEEN_AT)).isEqualTo("[sidecar loopback, third loopback]");
  }

  // What is not that call.

  @Test
  void whatIsNotTheVeryCallIsRefusedAndEntered() throws Exception {
    Sent sent = forwarded(first("POST", json(), CALL), json());
    refused(second(sent.with(CALL.replace("echo", "delete"))), "another body");
    refused(second(sent), "a passage that nobody knows"); // it was claimed

    sent = forwarded(first("POST", json(), CALL), json());
    second(sent).forwarded();
    refused(second(sent), "a passage that nobody knows"); // a retry of the gateway

    refused(second(sent.with(HEADER, "0".repeat(32))), "a passage that nobody knows");
    refused(second(sent.with(HEADER, "")), "a passage that nobody knows");

    sent = forwarded(first("POST", json(), CALL), json());
    refused(next("sidecar", GATEWAY, "other", sent), "another server");
    sent = forwarded(first("POST", json(), CALL), json());
    refused(next("third", GATEWAY, "sample", sent), "another place");
    sent = forwarded(first("POST", json(), CALL), json());
    refused(second(new Sent(sent.headers(), "DELETE", ByteString.EMPTY)), "a head that is refused");
    sent = forwarded(first("POST", json(), CALL), json());
    refused(second(sent.with("mcp-session-id", "s-9")), "other headers of the protocol");
    sent = forwarded(first("POST", json(), CALL), json());
    refused(second(sent.with("x-envoy-max-retries", "3")), "a head that is refused");
    assertThat(line.metrics.get(Counter.PASSED_AGAIN)).isOne();
  }

  private void refused(Stream stream, String why) throws Exception {
    ProcessingResponse reply = stream.immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(403);
    String entry = EnvoyPeer.mark(reply, "answer");
    var leaf =
        line.entries(0).stream()
            .map(one -> one.leaf())
            .filter(one -> one.id().toString().equals(entry))
            .findFirst()
            .orElseThrow();
    assertThat(leaf.kind().text()).isEqualTo("refused");
    assertThat(leaf.facts().text(Fact.REASON)).isEqualTo("passage");
    assertThat(leaf.facts().text(Fact.DETAIL)).isEqualTo(why);
    assertThat(leaf.facts().text(Fact.WORKLOAD)).isEqualTo(GATEWAY);
  }

  @Test
  void aCallThatIsOverAtTheFirstPlacePassesNoMore() throws Exception {
    Stream first = first("POST", json(), CALL);
    Sent sent = forwarded(first, json());
    first.cancel();
    assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    refused(second(sent), "a passage that nobody knows");
  }

  @Test
  void aServerThatWasRestartedKnowsNone() throws Exception {
    Sent sent = forwarded(first("POST", json(), CALL), json());
    end();
    begin();
    refused(second(sent), "a passage that nobody knows");
  }

  @Test
  void whoIsNoGatewayCallsForItself() throws Exception {
    Sent sent = forwarded(first("POST", json(), CALL), json());
    Stream second = next("sidecar", NEIGHBOUR, "sample", sent);
    assertThat(forwarded(second, sent.headers()).headers()).doesNotContainKey(HEADER);
    assertThat(line.fact(1, Fact.SUBJECT)).isEqualTo(NEIGHBOUR);
    next("without-hops", GATEWAY, "sample", sent).forwarded();
    assertThat(line.fact(2, Fact.SUBJECT)).isEqualTo(GATEWAY);
    second(sent).forwarded(); // nobody used it up
    assertThat(line.kinds(3)).containsOnly("call.intent");
  }

  @Test
  void aGatewayWithoutACallThatWasLetOnIsNobody() throws Exception {
    Sent own = new Sent(json(), "POST", ByteString.copyFromUtf8(CALL));
    assertThat(second(own).immediate().getImmediateResponse().getStatus().getCodeValue())
        .isEqualTo(403);
    assertThat(entries()).isZero();
  }

  @Test
  void aNameFromOutsideIsReplacedOrTakenOut() throws Exception {
    Map<String, String> forged = new LinkedHashMap<>(json());
    forged.put(HEADER, "f".repeat(32));
    assertThat(forwarded(first("POST", forged, CALL), forged).name())
        .isNotEmpty()
        .isNotEqualTo("f".repeat(32));
    assertThat(forwarded(first("other", "POST", forged, CALL), forged).headers())
        .doesNotContainKey(HEADER);
  }

  @Test
  void envoysOwnAnswerAtTheSecondPlaceIsTheAnswerAtTheFirst() throws Exception {
    Stream first = first("POST", json(), CALL);
    Stream second = second(forwarded(first, json()));
    second.forwarded();
    second.ownAnswer("upstream_reset", 503, false).answered();
    assertThat(second.answerBody("no upstream", true).piece()).isEqualTo("no upstream");
    first.answerHead(503, false, "content-type", "text/plain").answerBody("no upstream", true);
    first.answered();
    assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    assertThat(line.fact(1, Fact.HTTP_STATUS)).isEqualTo("503");
  }
}
