package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.Fact;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are mended because they have one safe reading. */
@Tag("unit")
final class MendedRequestsTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() {
    line.close();
  }

  private ProcessingResponse forwarded(String body, String... headers) {
    Stream stream = line.envoy().open().post(headers).requestBody(body, true);
    ProcessingResponse reply = stream.forwarded();
    stream.cancel();
    return reply;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'jsonrpc':'2.0','id':7,'method':'tools/list','params':null} | {'jsonrpc':'2.0','id':7,'method':'tools/list'} | /params",
        "{'jsonrpc':'2.0','method':'notifications/initialized','params':null} | {'jsonrpc':'2.0','method':'notifications/initialized'} | /params",
        "{'jsonrpc':'2.0','id':null,'method':'notifications/initialized'} | {'jsonrpc':'2.0','method':'notifications/initialized'} | /id",
        "{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'echo','arguments':null}} | {'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'echo'}} | /params/arguments",
        "{'jsonrpc':'2.0','id':7,'method':'prompts/get','params':{'name':'p','arguments':null}} | {'jsonrpc':'2.0','id':7,'method':'prompts/get','params':{'name':'p'}} | /params/arguments",
        "{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'echo','arguments':{},'_meta':null}} | {'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'echo','arguments':{}}} | /params/_meta",
        "{'jsonrpc':'2.0','id':7,'method':'x/own','params':{'_meta':null,'arguments':null}} | {'jsonrpc':'2.0','id':7,'method':'x/own','params':{'arguments':null}} | /params/_meta",
      })
  void nullIsAbsent(String came, String sent, String place) throws Exception {
    ProcessingResponse reply = forwarded(came.replace('\'', '"'));
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).isEqualTo(sent.replace('\'', '"'));
    assertThat(line.fact(0, Fact.REPAIRED)).isEqualTo("[null-member " + place + "]");
    assertThat(line.content(0)).isEqualTo(sent.replace('\'', '"'));
  }

  /** Arguments of the tool are the tool's own. */
  @Test
  void nullsInArgumentsStay() throws Exception {
    String call = CALL.replace("\"echo\"", "\"echo\",\"arguments\":{\"a\":null,\"_meta\":null}");
    assertThat(EnvoyPeer.bodyOf(forwarded(call)).toStringUtf8()).isEqualTo(call);
    assertThat(line.fact(0, Fact.REPAIRED)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'jsonrpc':'2.0','id':null,'method':'tools/list'}",
        "{'jsonrpc':'2.0','id':7,'method':null}",
        "{'jsonrpc':'2.0','id':7,'method':'tools/list','result':null}",
        "{'jsonrpc':'2.0','id':7,'method':'tools/list','error':null}",
        "{'jsonrpc':'2.0','id':7,'method':'tools/list','Params':null}",
        "{'jsonrpc':'2.0','id':7,'method':'tools/list','x':1}",
        "{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'echo','arguments':7}}",
        "{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'echo','arguments':{},'arguments':null}}",
        "{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'\\ud83d'}}"
      })
  void whatHasTwoReadingsStaysRefused(String body) throws Exception {
    ProcessingResponse reply =
        line.envoy().open().post().requestBody(body.replace('\'', '"'), true).immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(400);
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("refused");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'jsonrpc':'2.0','id':7,'method':'tools/list','params':7} | 7",
        "{'jsonrpc':'2.0','id':'a','method':'tools/list','params':{'x':1,'x':2}} | 'a'",
        "{'jsonrpc':'2.0','id':7,'method':'tools/list','params':{'x':'\\ud83d'}} | 7",
        "{'jsonrpc':'2.0','id':7,'method':'tools/list','params':[[DEEP]]} | 7",
        "{'jsonrpc':'2.0','id':7,'method':'tools/li | 7",
        "{'jsonrpc':'2.0','method':'tools/list','id':7,} | 7",
        "{'jsonrpc':'2.0','id':7,'id':8,'method':'tools/list'} | null",
        "{'jsonrpc':'2.0','id':{},'method':'tools/list'} | null",
        "{'jsonrpc':'2.0','params':{'id':7},'method':7} | null",
        "[{'jsonrpc':'2.0','id':7,'method':7}] | null",
        "{'jsonrpc':'2.0','id | null",
        "nonsense | null"
      })
  void idOfAnUnreadableRequestIsAnswered(String body, String id) {
    String json = body.replace('\'', '"').replace("DEEP", "[".repeat(300) + "]".repeat(300));
    ProcessingResponse reply = line.envoy().open().post().requestBody(json, true).immediate();
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8())
        .contains("\"id\":" + id.replace('\'', '"') + ",");
  }

  @Test
  void limitsAreNamed() {
    String deep = CALL.replace("\"echo\"", "\"echo\",\"arguments\":{\"a\":" + "[".repeat(254));
    assertThat(refused(deep)).contains("at most 256 levels (limits.depth)");
    String many =
        CALL.replace("\"echo\"", "\"echo\",\"arguments\":{\"a\":[" + "1,".repeat(1_000_000));
    assertThat(refused(many)).contains("at most 1000000 values (limits.values)");
    String fits = "[".repeat(253) + "]".repeat(253);
    forwarded(CALL.replace("\"echo\"", "\"echo\",\"arguments\":{\"a\":" + fits + "}"));
  }

  private String refused(String body) {
    return line.envoy()
        .open()
        .post()
        .requestBody(body, true)
        .immediate()
        .getImmediateResponse()
        .getBody()
        .toStringUtf8();
  }

  // Headers.

  private static List<String> set(ProcessingResponse reply) {
    return reply.getRequestHeaders().getResponse().getHeaderMutation().getSetHeadersList().stream()
        .map(HeaderValueOption::getHeader)
        .map(header -> header.getKey() + ": " + header.getRawValue().toStringUtf8())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json; charset=utf8",
        "application/json;",
        "application/json; charset=us-ascii",
        "application/json; charset=utf-8; profile=mcp",
        "APPLICATION/JSON;charset=\"Utf-8\""
      })
  void parametersOfTheContentTypeSayNothing(String type) throws Exception {
    Stream stream =
        line.envoy()
            .open()
            .requestHead("POST", false, "content-type", type)
            .requestBody(CALL, true);
    assertThat(set(stream.forwarded())).contains("content-type: application/json");
    stream.cancel();
    assertThat(line.fact(0, Fact.REPAIRED))
        .isEqualTo(type.startsWith("APPL") ? null : "[content-type /content-type]");
  }

  @Test
  void theSameHeaderTwiceIsOne() throws Exception {
    line.envoy().open().post().initialized("s-1", "2025-11-25");
    ProcessingResponse reply =
        forwarded(
            CALL,
            "mcp-session-id",
            "s-1",
            "mcp-session-id",
            "s-1",
            "mcp-protocol-version",
            "2025-11-25, 2025-11-25");
    assertThat(set(reply)).contains("mcp-session-id: s-1", "mcp-protocol-version: 2025-11-25");
    assertThat(line.fact(2, Fact.REPAIRED))
        .isEqualTo("[repeated-header /mcp-protocol-version, repeated-header /mcp-session-id]");
  }

  @Test
  void headersThatDifferStayRefused() {
    for (String[] headers :
        new String[][] {
          {"mcp-session-id", "a", "mcp-session-id", "b"},
          {"mcp-protocol-version", "2025-11-25", "mcp-protocol-version", "2025-06-18"},
          {"mcp-protocol-version", "2025-11-25, 2025-06-18"}
        }) {
      line.envoy().open().post(headers).requestBody(CALL, true).immediate();
    }
  }

  @Test
  void longSessionIdsAreSessionIds() {
    String id = "eyJ" + "a~!#".repeat(700);
    ProcessingResponse begun = line.envoy().open().post().initialized(id, "2025-11-25");
    assertThat(begun.getResponseHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
        .doesNotContain("mcp-session-id");
    forwarded(CALL, "mcp-session-id", id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s-1", "stale"})
  void initializeBeginsASessionWhateverTheClientStillHas(String id) throws Exception {
    line.envoy().open().post().initialized("s-1", "2025-11-25");
    Stream again = line.envoy().open().post("mcp-session-id", id);
    ProcessingResponse begun = again.initialized("s-2", "2025-11-25");
    assertThat(begun.getResponseHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
        .doesNotContain("mcp-session-id");
    assertThat(line.fact(2, Fact.REPAIRED)).isEqualTo("[session /mcp-session-id]");
    forwarded(CALL, "mcp-session-id", "s-2");
    forwarded(CALL, "mcp-session-id", "s-1");
  }

  @Test
  void theStaleSessionDoesNotGoOn() {
    String hello =
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
            + "\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}";
    ProcessingResponse reply =
        forwarded(hello, "mcp-session-id", "stale", "mcp-session-id", "stale");
    assertThat(reply.getRequestHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
        .contains("mcp-session-id");
    assertThat(set(reply)).noneMatch(header -> header.startsWith("mcp-session-id"));
  }

  @Test
  void theFirstRevisionIsOneOfTheSessions() throws Exception {
    line.envoy().open().post().initialized("s-1", "2024-10-07");
    assertThat(line.fact(1, Fact.REVISION)).isEqualTo("2024-10-07");
    forwarded(CALL, "mcp-session-id", "s-1", "mcp-protocol-version", "2024-10-07");
    assertThat(line.fact(2, Fact.REVISION)).isEqualTo("2024-10-07");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"result\":{},\"error\":null",
        "\"error\":null,\"params\":null,\"result\":{}",
        "\"method\":null,\"result\":{}"
      })
  void answerOfAClientIsMended(String members) throws Exception {
    line.allow(_ -> true);
    line.envoy().open().post().initialized("s-1", "2025-11-25");
    Stream listening = line.envoy().open().requestHead("GET", true, "mcp-session-id", "s-1");
    listening.forwarded();
    listening.answerHead(200, false, "content-type", "text/event-stream").answered();
    listening.answerBody("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n\n", false);
    listening.piece();
    ProcessingResponse reply =
        forwarded("{\"jsonrpc\":\"2.0\",\"id\":1," + members + "}", "mcp-session-id", "s-1");
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
    listening.cancel();
  }
}
