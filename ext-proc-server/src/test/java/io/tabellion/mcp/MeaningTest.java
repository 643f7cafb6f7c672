package io.tabellion.mcp;

import static io.tabellion.mcp.Messages.meaning;
import static io.tabellion.mcp.Messages.notification;
import static io.tabellion.mcp.Messages.operation;
import static io.tabellion.mcp.Messages.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.RequestId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class MeaningTest {

  @Test
  void aCallNamesItsTool() {
    Operation call =
        operation("tools/call", "{'name':'get_sum','arguments':{'name':'x','Name':1}}");
    assertThat(call.known()).isEqualTo(Method.TOOLS_CALL);
    assertThat(call.isToolCall()).isTrue();
    assertThat(call.isNotification()).isFalse();
    assertThat(call.id()).isEqualTo(new RequestId.Num("7"));
    assertThat(call.tool()).isEqualTo("get_sum");
    assertThat(call.name()).isEqualTo("get_sum");
    assertThat(call.prompt()).isNull();
    assertThat(call.resource()).isNull();
  }

  @Test
  void otherMethodsNameTheirTargets() {
    assertThat(operation("resources/read", "{'uri':'file:///a'}").resource())
        .isEqualTo("file:///a");
    assertThat(operation("resources/read", "{'uri':'file:///a'}").name()).isEqualTo("file:///a");
    assertThat(operation("resources/subscribe", "{'uri':'u'}").resource()).isEqualTo("u");
    assertThat(operation("resources/subscribe", "{'uri':'u'}").name()).isNull();
    assertThat(operation("prompts/get", "{'name':'p'}").prompt()).isEqualTo("p");
    assertThat(operation("prompts/get", "{'name':'p'}").tool()).isNull();
    assertThat(operation("tasks/get", "{'taskId':'t'}").task()).isEqualTo("t");
    assertThat(operation("tasks/cancel", "{'taskId':'t'}").name()).isEqualTo("t");
    String ref = "{'ref':{'type':'ref/prompt','name':'p'},'argument':{'name':'a','value':''}}";
    assertThat(operation("completion/complete", ref).prompt()).isEqualTo("p");
    String uri = "{'ref':{'type':'ref/resource','uri':'u'},'argument':{'name':'a','value':''}}";
    assertThat(operation("completion/complete", uri).resource()).isEqualTo("u");
    assertThat(operation("tools/list", "{'cursor':'c'}").name()).isNull();
  }

  @Test
  void paramsMayBeAbsent() {
    Operation ping = operation(Messages.envelope("{'jsonrpc':'2.0','id':'a','method':'ping'}"));
    assertThat(ping.params().members()).isEmpty();
  }

  @Test
  void aMethodThatMcpHasNotInThisDirectionIsUnknown() {
    assertThat(operation("vendor/do", "{'Name':1}").known()).isNull();
    assertThat(operation("vendor/do", "{'name':'x'}").tool()).isNull();
    assertThat(operation("sampling/createMessage", "{}").known()).isNull();
    assertThat(meaning(request("sampling/createMessage", "{}"), Sender.SERVER))
        .isInstanceOfSatisfying(
            Operation.class, o -> assertThat(o.known()).isEqualTo(Method.SAMPLING));
    assertThat(meaning(request("tools/call", "{'name':'x'}"), Sender.SERVER))
        .isInstanceOfSatisfying(Operation.class, o -> assertThat(o.isToolCall()).isFalse());
    assertThat(meaning(request("ping", "{}"), Sender.SERVER))
        .isInstanceOfSatisfying(Operation.class, o -> assertThat(o.known()).isEqualTo(Method.PING));
  }

  /** Row 15: for every request that MCP has. */
  @ParameterizedTest
  @EnumSource(Method.class)
  void arequestHasAnIdAndANotificationHasNone(Method method) {
    Sender sender = method.isFrom(Sender.CLIENT) ? Sender.CLIENT : Sender.SERVER;
    Meaning wrong =
        method.isNotification()
            ? meaning(request(method.text(), "{}"), sender)
            : meaning(notification(method.text(), "{}"), sender);
    assertThat(wrong)
        .isInstanceOfSatisfying(
            Fault.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(Fault.Kind.NOT_A_MESSAGE);
              assertThat(fault.where()).isEqualTo("#/id");
            });
  }

  /** Row 29. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "echo ",
        "a\u200Bb",
        "a\u200Db",
        "a\u202Eb",
        "a\uFFFDb",
        "a\uE000b",
        "a\\u0000",
        "a\\n"
      })
  void refusesNamesThatCannotBeSeenAsTheyAre(String name) {
    assertThat(meaning(request("tools/call", "{'name':'" + name + "'}"), Sender.CLIENT))
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.TOOL_NAME));
    assertThat(meaning(request("prompts/get", "{'name':'" + name + "'}"), Sender.CLIENT))
        .isInstanceOf(Fault.class);
  }

  /** Row 29: exact bytes, so another case is another tool. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ECHO",
        "a b",
        "a/b",
        "a:b",
        "greet (structured)",
        "del\u0435te",
        "\u67E5\u8BE2",
        "{}",
        "*"
      })
  void takesToolNamesAsTheyAre(String name) {
    assertThat(operation("tools/call", "{'name':'" + name + "'}").tool()).isEqualTo(name);
  }

  @Test
  void toolNamesHaveALongestLength() {
    String longest = "aZ9_.-".repeat(42) + "xxxx";
    assertThat(operation("tools/call", "{'name':'" + longest + "'}").tool()).hasSize(256);
    assertThat(meaning(request("tools/call", "{'name':'" + longest + "x'}"), Sender.CLIENT))
        .isInstanceOf(Fault.class);
    assertThat(operation("tools/call", "{'n\\u0061me':'\\u0064el'}").tool()).isEqualTo("del");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tools/call | {} | #/params/name",
        "tools/call | {'name':7} | #/params/name",
        "tools/call | {'name':'x','arguments':[]} | #/params/arguments",
        "tools/call | {'name':'x','arguments':null} | #/params/arguments",
        "tools/call | {'name':'x','_meta':[]} | #/params/_meta",
        "tools/call | {'name':'x','_meta':null} | #/params/_meta",
        "prompts/get | {'name':null} | #/params/name",
        "prompts/get | {'name':'x','arguments':'y'} | #/params/arguments",
        "resources/read | {} | #/params/uri",
        "resources/read | {'uri':['a']} | #/params/uri",
        "resources/subscribe | {} | #/params/uri",
        "tasks/get | {} | #/params/taskId",
        "completion/complete | {} | #/params/ref",
      })
  void refusesParamsThatThePolicyCouldNotRead(String method, String params, String where) {
    assertThat(meaning(request(method, params), Sender.CLIENT))
        .isInstanceOfSatisfying(
            Fault.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(Fault.Kind.NOT_A_MESSAGE);
              assertThat(fault.where()).isEqualTo(where);
            });
  }

  /** Row 2. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tools/call | {'name':'x','Name':'delete_all'} | #/params",
        "tools/call | {'name':'x','name\\u0000':'delete_all'} | #/params",
        "tools/call | {'name':'x','Arguments':{}} | #/params",
        "tools/call | {'name':'x','argument\\u017f':{}} | #/params",
        "tools/call | {'name':'x','_META':{}} | #/params",
        "tools/call | {'name':'x','tas\\u212a':{}} | #/params",
        "resources/read | {'uri':'a','URI':'b'} | #/params",
        "tools/list | {'Cursor':'b'} | #/params",
        "vendor/do | {'_Meta':{}} | #/params",
        "tools/list | {'_meta':{'io.modelcontextprotocol/ProtocolVersion':'x'}} | #/params/_meta",
        "tools/list | {'_meta':{'IO.modelcontextprotocol/protocolVersion':'x'}} | #/params/_meta",
        "tools/list | {'_meta':{'IO.modelcontextprotocol/other':'x'}} | #/params/_meta",
        "vendor/do | {'_meta':{'io.modelcontextprotocol/clientcapabilities':{}}} | #/params/_meta",
        "tools/list | {'_meta':{'ProgressToken':1}} | #/params/_meta",
      })
  void refusesParamsThatOnlyLookKnown(String method, String params, String where) {
    assertThat(meaning(request(method, params), Sender.CLIENT))
        .isEqualTo(
            new Fault(
                Fault.Kind.NOT_A_MESSAGE, where, "no member that only looks like a known one"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name':'x','arguments':{'Name':1,'name\\u0000':2,'n':{'NAME':1}}}",
        "{'name':'x','_meta':{'traceParent':'a','traceparent':'b','com.example/Name':1}}",
        "{'name':'x','_meta':{'io.modelcontextprotocol/other':1}}",
        "{'name':'x','vendor':1,'Vendor':2}"
      })
  void leavesFreeWhatIsTheTools(String params) {
    assertThat(meaning(request("tools/call", params), Sender.CLIENT)).isInstanceOf(Operation.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Tools/Call", "TOOLS/CALL", "tools/call\\u0000", "tool\u017f/call", "Ping"})
  void refusesMethodsThatOnlyLookKnown(String method) {
    assertThat(meaning(request(method, "{'name':'x'}"), Sender.CLIENT))
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.where()).isEqualTo("#/method"));
  }
}
