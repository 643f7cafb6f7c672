package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.tabellion.audit.Fact;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of answers, and ids of events, carry no free text: each goes on in its one form. */
@Tag("unit")
final class AnswerHeadersTest {
  private static final String TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}";

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() {
    line.close();
  }

  private Stream called() {
    return line.sent(CALL);
  }

  private HeaderMutation answered(String name, String value) {
    return called()
        .answerJson(RESULT, name, value)
        .answered()
        .getResponseHeaders()
        .getResponse()
        .getHeaderMutation();
  }

  private static Map<String, String> set(HeaderMutation mutation) {
    return mutation.getSetHeadersList().stream()
        .map(option -> option.getHeader())
        .collect(
            Collectors.toMap(
                header -> header.getKey(), header -> header.getRawValue().toStringUtf8()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "retry-after; 120",
        "retry-after; Sun, 29 Nov 2026 05:00:00 GMT",
        "date; Sun, 29 Nov 2026 05:00:00 GMT",
        "vary; Origin, Accept-Encoding",
        "vary; *",
        "cache-control; no-cache, no-transform",
        "cache-control; private, max-age=60, stale-while-revalidate=30",
        "allow; GET, POST",
        "server; uvicorn",
        "server; nginx/1.25.3 (Ubuntu)",
        "access-control-allow-origin; http://localhost:6274",
        "access-control-allow-origin; http://127.0.0.1:6274",
        "access-control-allow-headers; Content-Type, mcp-session-id",
        "access-control-expose-headers; mcp-session-id",
        "access-control-allow-credentials; true",
        "access-control-max-age; 86400",
        "mcp-protocol-version; 2025-11-25",
        "strict-transport-security; max-age=63072000; includeSubDomains; preload",
        "traceparent; 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate; rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
        "x-accel-buffering; no",
        "x-request-id; 8f14e45f-ceea-467f-a0e6-1b2c3d4e5f60",
        "www-authenticate; Bearer",
        "www-authenticate; Bearer realm=\"mcp\", error=\"invalid_token\", scope=\"mcp:read mcp:write\", resource_metadata=\"https://mcp.example/.well-known/oauth-protected-resource/mcp\""
      })
  void usualValuesGoOnAsTheyCame(String name, String value) throws Exception {
    HeaderMutation mutation = answered(name, value);
    assertThat(mutation.getRemoveHeadersList()).doesNotContain(name);
    assertThat(set(mutation)).containsOnlyKeys("content-type");
    assertThat(line.fact(1, Fact.MASKED)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "retry-after",
        "date",
        "vary",
        "cache-control",
        "allow",
        "server",
        "access-control-allow-origin",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "access-control-allow-credentials",
        "access-control-max-age",
        "mcp-protocol-version",
        "strict-transport-security",
        "traceparent",
        "tracestate",
        "x-accel-buffering",
        "x-request-id",
        "www-authenticate"
      })
  void freeTextGoesNoFurtherAndTheEntrySaysSo(String name) throws Exception {
    for (String text : new String[] {TOKEN, "jane.doe@example.com", "the token is " + TOKEN}) {
      int before = line.entries(0).size();
      HeaderMutation mutation = answered(name, text);
      assertThat(mutation.getRemoveHeadersList()).contains(name);
      assertThat(line.fact(before + 1, Fact.MASKED)).contains("FORM sent 1 /headers/" + name);
    }
  }

  @Test
  void challengeIsWrittenAnewWithItsTextsMasked() throws Exception {
    line.mask(io.tabellion.mask.rule.Masking.baseline(), _ -> io.tabellion.mask.rule.Masking.NONE);
    HeaderMutation mutation =
        answered(
            "www-authenticate",
            "Bearer error=\"invalid_token\", error_description=\"bad token "
                + TOKEN
                + "\", hint=\"jane.doe@example.com\", resource_metadata=\"https://mcp.example/m\"");
    assertThat(set(mutation).get("www-authenticate"))
        .startsWith("Bearer error=\"invalid_token\", error_description=\"bad token ")
        .endsWith(", resource_metadata=\"https://mcp.example/m\"")
        .doesNotContain("ghp_")
        .doesNotContain("hint");
    assertThat(line.fact(1, Fact.MASKED)).contains("/headers/www-authenticate");
  }

  @Test
  void severalChallengesStay() {
    assertThat(set(answered("www-authenticate", "Basic realm=\"a\", Bearer scope=\"b\", x=\"y\"")))
        .containsEntry("www-authenticate", "Basic realm=\"a\", Bearer scope=\"b\"");
  }

  private Stream streamed() {
    Stream stream = called();
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    return stream;
  }

  private static String event(String id) {
    return "id: " + id + "\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "stream-1_1764392400000_k3j9x2a1",
        "8f14e45f-ceea-467f-a0e6-1b2c3d4e5f60",
        "8f14e45fceea467fa0e61b2c3d4e5f60_42",
        "1764392400000-0"
      })
  void usualIdsOfEventsGoOn(String id) throws Exception {
    assertThat(streamed().answerBody(event(id), false).piece()).startsWith("id: " + id + "\n");
    assertThat(line.fact(2, Fact.EVENT_ID)).isEqualTo(id);
    assertThat(line.fact(2, Fact.MASKED)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jane.doe@example.com", "k\u00e9y", "TOKEN"})
  void secretsInIdsOfEventsGoNoFurther(String id) throws Exception {
    line.mask(io.tabellion.mask.rule.Masking.baseline(), _ -> io.tabellion.mask.rule.Masking.NONE);
    String came = id.replace("TOKEN", TOKEN);
    assertThat(streamed().answerBody(event(came), false).piece())
        .startsWith("data: ")
        .doesNotContain(came);
    assertThat(line.fact(2, Fact.MASKED)).isEqualTo("[FORM sent 1 /event/id]");
    assertThat(line.fact(2, Fact.EVENT_ID)).doesNotContain("jane").doesNotContain("ghp_");
  }
}
