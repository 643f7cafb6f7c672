package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Fact;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules about resources hold wherever a message names one, in whatever spelling. */
@Tag("unit")
final class ResourcesTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: resources, version: 1}
      rules:
        - {id: all, match: {}, then: allow}
        - {id: asks, match: {direction: server-request}, then: allow}
        - {id: secret, match: {resources: ["file:///secret/*"]}, then: deny}
        - id: staff
          match: {direction: response, resources: ["file:///staff/*"]}
          mask: [{select: "/**", detect: [EMAIL], with: {replace: "[EMAIL]"}}]
        - {id: drafts, match: {direction: response, resources: ["file:///drafts/*"]}, then: deny}
      """;

  private static final String MAIL = "bob@example.org";

  @TempDir Path folder;
  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
    line.policy(PolicyFile.load(Files.writeString(folder.resolve("p.yaml"), POLICY)).policy());
    line.envoy().open().post().initialized("s1", "2025-11-25");
  }

  @AfterEach
  void end() {
    line.close();
  }

  private Stream asks(String method, String params) {
    Stream stream = line.envoy().open().post("mcp-session-id", "s1");
    return stream.requestBody(request(method, params), true);
  }

  private static String request(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}"
        .formatted(method, params);
  }

  private static String refusal(Stream stream) {
    return stream.immediate().getImmediateResponse().getBody().toStringUtf8();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resources/read | {\"uri\":\"file:/a/..%2fsecret/x\"}",
        "resources/subscribe | {\"uri\":\"file://localhost/secret/x\"}",
        "resources/unsubscribe | {\"uri\":\"file:///%2573ecret/x\"}",
        "completion/complete | {\"ref\":{\"type\":\"ref/resource\",\"uri\":\"file:////secret/{x}\"},"
            + "\"argument\":{\"name\":\"x\",\"value\":\"a\"}}",
        "completion/complete | {\"ref\":{\"type\":\"ref/resource\",\"uri\":\"file:///{+path}\"},"
            + "\"argument\":{\"name\":\"path\",\"value\":\"a/../secret/\"}}",
        "completion/complete | {\"ref\":{\"type\":\"ref/resource\",\"uri\":\"file:///{a}/{b}\"},"
            + "\"argument\":{\"name\":\"b\",\"value\":\"x\"},"
            + "\"context\":{\"arguments\":{\"a\":\"secret\"}}}",
      })
  void whatNamesADeniedResourceIsRefused(String method, String params) throws Exception {
    assertThat(refusal(asks(method, params))).contains("rule secret");
    assertThat(line.fact(2, Fact.RULES)).contains("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resources/read | {\"uri\":\"file:///pub/a\\tb\"} | #/params/uri",
        "resources/read | {\"uri\":\" file:///pub/a\"} | #/params/uri",
        "resources/read | {\"uri\":\"../pub/a\"} | #/params/uri",
        "resources/subscribe | {\"uri\":\"\\u0001file:///pub/a\"} | #/params/uri",
        "completion/complete | {\"ref\":{\"type\":\"ref/resource\",\"uri\":\"\\nfile:///{x}\"},"
            + "\"argument\":{\"name\":\"x\",\"value\":\"a\"}} | #/params/ref/uri",
      })
  void whatIsNoUriIsRefusedWithWhatIsExpected(String method, String params, String where)
      throws Exception {
    assertThat(refusal(asks(method, params)))
        .contains("-32602", where, "expected: a URI")
        .doesNotContain("pub");
    assertThat(line.fact(2, Fact.REASON)).isEqualTo("resource-uri");
  }

  @Test
  void everySubscriptionIsJudged() {
    assertThat(refusal(listens("\"file:///pub/a\",\"file:///x/../secret/b\"")))
        .contains("rule secret");
    assertThat(refusal(listens("\"file:///pub/a\",\"file:///pub/\\tb\"")))
        .contains("#/params/notifications/resourceSubscriptions", "expected: a URI");
    assertThat(refusal(listens("1"))).contains("resourceSubscriptions");
    assertThat(EnvoyPeer.bodyOf(listens("\"file:///pub/a\",\"memo:b\"").forwarded()).toStringUtf8())
        .contains("memo:b");
  }

  private Stream listens(String uris) {
    String meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
    String params = "{\"notifications\":{\"resourceSubscriptions\":[" + uris + "]}," + meta + "}";
    return line.envoy()
        .open()
        .post("mcp-protocol-version", "2026-07-28", "mcp-method", "subscriptions/listen")
        .requestBody(request("subscriptions/listen", params), true);
  }

  private static String link(String uri) {
    return "{\"type\":\"resource_link\",\"name\":\"n\",\"uri\":\"" + uri + "\"}";
  }

  private static String embedded(String uri, String text) {
    return "{\"type\":\"resource\",\"resource\":{\"uri\":\"%s\",\"text\":\"%s\"}}"
        .formatted(uri, text);
  }

  private String answered(String method, String params, String result) {
    Stream stream = asks(method, params);
    stream.forwarded();
    String answer = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + result + "}";
    return EnvoyPeer.bodyOf(stream.answerJson(answer).answered()).toStringUtf8();
  }

  private String calls(String... blocks) {
    return answered(
        "tools/call",
        "{\"name\":\"find\",\"arguments\":{}}",
        "{\"content\":[" + String.join(",", blocks) + "]}");
  }

  @Test
  void anAnswerCarriesNoDeniedResource() throws Exception {
    String said =
        calls(
            link("file:///pub/a"),
            link("file:///pub/%2e%2e/secret/b"),
            embedded("file://localhost/secret/c", "x1"),
            embedded("file:///drafts/d", "x2"),
            embedded("file:///pub/\\te", "x3"),
            embedded("memo:f", "x4"));
    assertThat(said)
        .contains("file:///pub/a", "memo:f", "x4", "left out")
        .doesNotContain("secret", "drafts", "x1", "x2", "x3");
    assertThat(line.fact(3, Fact.HIDDEN))
        .contains("file:///pub/%2e%2e/secret/b", "file://localhost/secret/c", "file:///drafts/d");
  }

  @Test
  void aResourceThatAnAnswerCarriesIsMaskedAsIfItWereRead() {
    assertThat(calls(embedded("file:////staff/a", "of " + MAIL)))
        .contains("file:////staff/a")
        .doesNotContain(MAIL);
    assertThat(calls(embedded("file:///pub/a", "of " + MAIL))).contains(MAIL);
    assertThat(
            answered(
                "resources/read",
                "{\"uri\":\"file:///pub/all\"}",
                "{\"contents\":[{\"uri\":\"file:///pub/a\",\"text\":\"x5\"},"
                    + "{\"uri\":\"file:///a/../secret/b\",\"text\":\"x6\"}]}"))
        .contains("x5")
        .doesNotContain("secret", "x6");
    assertThat(
            answered(
                "prompts/get",
                "{\"name\":\"p\"}",
                "{\"messages\":[{\"role\":\"user\",\"content\":"
                    + embedded("file:///secret/b", "x7")
                    + "}]}"))
        .contains("left out")
        .doesNotContain("x7");
  }

  @Test
  void aListShowsNoDeniedResource() {
    assertThat(
            answered(
                "resources/list",
                "{}",
                "{\"resources\":[{\"name\":\"a\",\"uri\":\"file:///pub/a\"},"
                    + "{\"name\":\"b\",\"uri\":\"FILE:/secret/b\"},"
                    + "{\"name\":\"c\",\"uri\":\"file:///pub/\\nc\"}]}"))
        .contains("file:///pub/a")
        .doesNotContain("secret", "\\nc");
    assertThat(
            answered(
                "resources/templates/list",
                "{}",
                "{\"resourceTemplates\":[{\"name\":\"a\",\"uriTemplate\":\"file:///{+path}\"},"
                    + "{\"name\":\"b\",\"uriTemplate\":\"file:/x/%2e%2e/secret/{b}\"}]}"))
        .contains("{+path}")
        .doesNotContain("secret");
  }

  @Test
  void nobodyIsToldOfChangesOfADeniedResource() {
    Stream stream = asks("tools/call", "{\"name\":\"find\",\"arguments\":{}}");
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    stream.answerBody(updated("file:///%73ecret/a") + updated("file:///pub/b"), false);
    assertThat(stream.piece()).contains("file:///pub/b").doesNotContain("ecret");
  }

  private static String updated(String uri) {
    return "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
        + "\"params\":{\"uri\":\"%s\"}}\n\n".formatted(uri);
  }
}
