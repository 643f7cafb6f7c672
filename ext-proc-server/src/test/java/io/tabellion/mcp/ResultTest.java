package io.tabellion.mcp;

import static io.tabellion.mcp.Messages.json;
import static io.tabellion.mcp.Messages.object;
import static io.tabellion.mcp.Messages.operation;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ResultTest {
  private static final Operation CALL = operation("tools/call", "{'name':'x'}");

  /** Row 2, on the way back. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'content':[],'Content':[]} | #/result",
        "{'StructuredContent':{}} | #/result",
        "{'content':[{'type':'text','text':'a','Text':'b'}]} | #/result/content",
        "{'content':[{'type':'resource','resource':{'uri':'u','TEXT':'x'}}]} | #/result/content",
        "{'contents':[{'uri':'u','bl\\u006fb\\u0000':'x'}]} | #/result/contents",
        "{'tools':[{'name':'a','Name':'b'}]} | #/result/tools",
        "{'messages':[{'role':'user','content':{'type':'text','tex\\uff54':'x'}}]} | #/result/messages",
        "[] | #/result",
        "7 | #/result",
        "null | #/result",
      })
  void refusesResultsThatClientsCouldReadDifferently(String result, String where) {
    assertThat(ResultShape.check(json(result), Era.SESSION))
        .hasValueSatisfying(fault -> assertThat(fault.where()).isEqualTo(where));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'content':[{'type':'text','text':'a'}],'structuredContent':{'Text':1,'text':2,'TEXT':3}}",
        "{'tools':[{'name':'a','inputSchema':{'properties':{'Name':{},'name':{}}}}],'vendor':1}",
        "{'content':7,'tools':{'Name':1}}"
      })
  void leavesTheRestFree(String result) {
    assertThat(ResultShape.check(json(result), Era.SESSION)).isEmpty();
    assertThat(ResultShape.check(json(result), Era.STATELESS)).isEmpty();
  }

  @Test
  void anUnknownResultTypeIsNoResult() {
    for (String type : new String[] {"'complete'", "'input_required'", "'task'"}) {
      assertThat(ResultShape.check(object("{'resultType':" + type + "}"), Era.STATELESS)).isEmpty();
    }
    for (String type : new String[] {"'COMPLETE'", "'x'", "7", "null"}) {
      assertThat(ResultShape.check(object("{'resultType':" + type + "}"), Era.STATELESS))
          .isPresent();
      assertThat(ResultShape.check(object("{'resultType':" + type + "}"), Era.SESSION)).isEmpty();
    }
  }

  /** Row 22: what a result asks is judged like a request of the server. */
  @Test
  void embeddedRequestsAreRequestsOfTheServer() {
    InputRequests requests =
        InputRequests.of(
            CALL,
            object(
                "{'resultType':'input_required','requestState':'s','inputRequests':{'a':{'method':'elicitation/create','params':{'message':'m'}},'b':{'method':'roots/list'}}}"));
    assertThat(requests)
        .isInstanceOfSatisfying(
            InputRequests.Embedded.class,
            embedded ->
                assertThat(embedded.operations())
                    .extracting(Operation::known)
                    .containsExactly(Method.ELICITATION, Method.ROOTS));
    assertThat(InputRequests.of(CALL, object("{'content':[]}")))
        .isEqualTo(new InputRequests.Embedded(List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'inputRequests':[]}",
        "{'inputRequests':{'a':7}}",
        "{'inputRequests':{'a':{}}}",
        "{'inputRequests':{'a':{'method':7}}}",
        "{'inputRequests':{'a':{'method':'roots/list','params':[]}}}",
        "{'inputRequests':{'a':{'method':'roots/list','Method':'x'}}}",
        "{'inputRequests':{'a':{'method':'elicitation/create','params':{'Message':'x'}}}}",
        "{'inputRequests':{'a':{'method':'notifications/message'}}}"
      })
  void embeddedRequestsThatAreNoneAreIllegal(String result) {
    assertThat(InputRequests.of(CALL, object(result))).isInstanceOf(InputRequests.Illegal.class);
  }

  @Test
  void onlyThreeMethodsMayAskBack() {
    String asking = "{'resultType':'input_required','requestState':'s'}";
    assertThat(InputRequests.of(CALL, object(asking))).isInstanceOf(InputRequests.Embedded.class);
    for (Operation other : new Operation[] {operation("tools/list", "{}"), operation("x", "{}")}) {
      assertThat(InputRequests.of(other, object(asking))).isInstanceOf(InputRequests.Illegal.class);
      assertThat(InputRequests.of(other, object("{'inputRequests':{}}")))
          .isInstanceOf(InputRequests.Illegal.class);
    }
    assertThat(
            InputRequests.of(
                operation("tasks/get", "{'taskId':'t'}"), object("{'inputRequests':{}}")))
        .isInstanceOf(InputRequests.Embedded.class);
  }
}
