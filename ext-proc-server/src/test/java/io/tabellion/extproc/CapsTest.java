package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.StoredEntry;
import io.tabellion.mask.rule.Masking;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Secrets that lie across the place where a string is shortened for a leaf: no part of them is
 * left, wherever the cut is.
 */
@Tag("unit")
final class CapsTest {
  private static final String TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a";

  /** As many characters of a token are told from chance. */
  private static final int PART = 8;

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
    line.mask(Masking.baseline(), _ -> Masking.NONE);
  }

  @AfterEach
  void end() {
    line.close();
  }

  /** Strings of others that stand in leaves. */
  enum Place {
    CLIENT_NAME,
    CLIENT_VERSION,
    USER_AGENT,
    RPC_ID,
    METHOD,
    TOOL,
    PROMPT,
    URI,
    SESSION_CLIENT,
    CONTENT_TYPE,
    ANSWER_TYPE,
    ENVOY_DETAILS,
    EVENT_ID
  }

  private static String initialize(String name, String version) {
    return call(
        "1",
        "initialize",
        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"%s\",\"version\":\"%s\"}}"
            .formatted(name, version));
  }

  private static String call(String id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params);
  }

  private Stream asks(String body, String... headers) {
    return line.envoy().open().post(headers).requestBody(body, true);
  }

  private void say(Place place, String text) {
    switch (place) {
      case CLIENT_NAME -> asks(initialize(text, "1")).reply();
      case CLIENT_VERSION -> asks(initialize("c", text)).reply();
      case SESSION_CLIENT -> {
        String session = "s" + line.log.size();
        Stream begun = asks(initialize(text, "1"));
        begun.forwarded();
        begun
            .answerJson(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}",
                "mcp-session-id",
                session)
            .answered();
        asks(call("1", "tools/list", "{}"), "mcp-session-id", session).reply();
      }
      case USER_AGENT -> asks(call("1", "tools/list", "{}"), "user-agent", text).reply();
      case RPC_ID -> asks(call('"' + text + '"', "tools/list", "{}")).reply();
      case METHOD -> asks(call("1", text, "{}")).reply();
      case TOOL -> asks(call("1", "tools/call", "{\"name\":\"" + text + "\"}")).reply();
      case PROMPT -> asks(call("1", "prompts/get", "{\"name\":\"" + text + "\"}")).reply();
      case URI -> asks(call("1", "resources/read", "{\"uri\":\"x:" + text + "\"}")).reply();
      case CONTENT_TYPE ->
          line.envoy().open().requestHead("POST", true, "content-type", text).reply();
      case ANSWER_TYPE -> {
        Stream stream = asks(call("1", "tools/list", "{}"));
        stream.forwarded();
        stream.answerHead(200, false, "content-type", text).answerBody("x", true).reply();
      }
      case ENVOY_DETAILS -> {
        Stream stream = asks(call("1", "tools/list", "{}"));
        stream.forwarded();
        stream.ownAnswer(text, 503, true).reply();
      }
      case EVENT_ID -> {
        Stream stream = asks(call("1", "tools/list", "{}"));
        stream.forwarded();
        stream.answerHead(200, false, "content-type", "text/event-stream").answered();
        stream
            .answerBody(
                "id: " + text + "\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n",
                false)
            .piece();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void noPartOfATokenIsLeft(Place place) {
    for (int before : List.of(1, 60, 88, 100, 110, 120, 127, 200, 216, 230, 246, 255, 300)) {
      String filler = place == Place.TOOL ? "a.".repeat(before / 2) : "a ".repeat(before / 2) + " ";
      say(place, filler + TOKEN + " end");
    }
    for (StoredEntry entry : line.log.read(0, Integer.MAX_VALUE)) {
      String leaf = entry.bytes().toString(StandardCharsets.ISO_8859_1).replace("\\", "");
      for (int i = 0; i + PART <= TOKEN.length(); i++) {
        assertThat(leaf).doesNotContain(TOKEN.substring(i, i + PART));
        assertThat(leaf)
            .doesNotContain(TOKEN.substring(i, i + PART).toLowerCase(java.util.Locale.ROOT));
      }
    }
  }
}
