package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Fact;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.policy.PolicyFile;
import io.tabellion.policy.Question.Target;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What belongs to a call is judged and masked by the response rules for that call, wherever it
 * comes.
 */
@Tag("unit")
final class CallMessagesTest {
  private static final String SSN = "514-69-0360";
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: calls, version: 1}
      rules:
        - {id: all, match: {}, then: allow}
        - {id: asks, match: {direction: server-request}, then: allow}
        - id: numbers
          match: {direction: response, tools: [crm]}
          mask: [{select: /result/structuredContent/**/ssn, with: {replace: "[SSN]"}}]
        - id: found
          match: {direction: response, tools: [crm]}
          mask: [{select: /result/**, detect: [EMAIL], with: {replace: "[EMAIL]"}}]
        - {id: notes, match: {direction: response, tools: [notes]}, then: deny}
        - id: large
          match: {direction: response, tools: [report]}
          when: has(response.result.structuredContent.secret)
          then: deny
        - id: ours
          match: {direction: response, tools: [table]}
          when: args.table == 'pay'
          then: deny
      """;

  @TempDir Path folder;
  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    start(SessionOwners.NONE);
  }

  private void start(SessionOwners past) throws Exception {
    line = new LineFixture(ExtProcSettings.Limits.DEFAULTS, IdentitySettings.ANONYMOUS, past);
    line.policy(PolicyFile.load(Files.writeString(folder.resolve("p.yaml"), POLICY)).policy());
  }

  @AfterEach
  void end() {
    line.close();
  }

  private Stream session() {
    line.envoy().open().post().initialized("s1", "2025-11-25");
    return inSession();
  }

  private Stream inSession() {
    return line.envoy().open();
  }

  private Stream asks(String method, String params) {
    Stream stream = inSession().post("mcp-session-id", "s1");
    stream.requestBody(
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}".formatted(method, params),
        true);
    stream.forwarded();
    return stream;
  }

  private Stream calls(String tool) {
    return asks(
        "tools/call",
        "{\"name\":\"%s\",\"arguments\":{},\"task\":{},\"_meta\":{\"progressToken\":5}}"
            .formatted(tool));
  }

  private static String result(String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + result + "}";
  }

  private static String task(String status) {
    return "{\"taskId\":\"t-1\",\"status\":\"%s\",\"statusMessage\":\"of bob@example.org ssn=%s\"}"
        .formatted(status, SSN);
  }

  private void makes(String tool) {
    session();
    String made =
        EnvoyPeer.bodyOf(
                calls(tool).answerJson(result("{\"task\":" + task("working") + "}")).answered())
            .toStringUtf8();
    assertThat(made).contains("\"taskId\":\"t-1\"");
    if (tool.equals("crm")) {
      assertClean(made);
    }
  }

  private String answered(String method, String answer) {
    return EnvoyPeer.bodyOf(
            asks(method, "{\"taskId\":\"t-1\"}").answerJson(result(answer)).answered())
        .toStringUtf8();
  }

  private static void assertClean(String said) {
    assertThat(said).doesNotContain(SSN).doesNotContain("bob@example.org");
  }

  private static final String DATA =
      "{\"structuredContent\":{\"name\":\"Lee\",\"ssn\":\"%s\",\"mail\":\"bob@example.org\"}}"
          .formatted(SSN);

  @Test
  void resultOfATaskIsMaskedAsTheAnswerOfItsCall() throws Exception {
    makes("crm");
    assertThat(answered("tasks/result", DATA))
        .isEqualTo(
            result(
                "{\"structuredContent\":{\"name\":\"Lee\",\"ssn\":\"[SSN]\",\"mail\":\"masked@example.invalid\"}}"));
    assertThat(line.fact(3, Fact.TASK)).isEqualTo(line.hash.of("task", "t-1"));
    assertThat(line.fact(5, Fact.RULES)).contains("numbers");
    assertThat(line.content(5)).doesNotContain(SSN);
  }

  @Test
  void stateOfATaskIsMaskedAndItsHandleIsNot() {
    makes("crm");
    String state = answered("tasks/get", task("working"));
    assertThat(state).contains("\"taskId\":\"t-1\"", "\"status\":\"working\"");
    assertClean(state);
    assertClean(answered("tasks/cancel", task("cancelled")));
    assertClean(answered("tasks/list", "{\"tasks\":[" + task("working") + "]}"));
    assertThat(answered("tasks/get", "{\"taskId\":\"t-1\",\"result\":" + DATA + "}"))
        .contains("\"ssn\":\"[SSN]\"", "\"name\":\"Lee\"", "masked@example.invalid");
  }

  @Test
  void taskOfACallWhoseAnswerIsDeniedIsWithheld() {
    makes("crm");
    session();
    calls("notes").answerJson(result("{\"task\":" + task("working") + "}")).answered();
    assertThat(answered("tasks/result", "{\"content\":[{\"type\":\"text\",\"text\":\"x9\"}]}"))
        .contains("withheld")
        .doesNotContain("x9");
    assertThat(answered("tasks/list", "{\"tasks\":[" + task("working") + "]}"))
        .doesNotContain("t-1");
  }

  @Test
  void denialThatHangsOnTheAnswerTakesTheTextsOfAState() {
    makes("report");
    assertThat(answered("tasks/get", task("working")))
        .contains("\"status\":\"working\"")
        .doesNotContain("statusMessage");
    assertThat(answered("tasks/result", "{\"structuredContent\":{\"secret\":\"x9\"}}"))
        .doesNotContain("x9");
    assertThat(answered("tasks/result", "{\"structuredContent\":{\"other\":\"x8\"}}"))
        .contains("x8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasks/result", "tasks/get"})
  void taskThatNobodyKnowsIsJudgedByTheRulesForAllTools(String method) {
    session();
    String data = "{\"taskId\":\"t-1\",\"result\":" + DATA + "}";
    assertThat(answered(method, method.equals("tasks/get") ? data : DATA))
        .contains("withheld")
        .doesNotContain(SSN);
  }

  @Test
  void taskOfAnEarlierBootIsFoundInTheTrail() throws Exception {
    line.close();
    start(
        new SessionOwners() {
          @Override
          public Optional<Owned> find(String server, String session) {
            return Optional.empty();
          }

          @Override
          public Optional<Target> task(String server, String owner, String task) {
            return task.equals(line.hash.of("task", "t-1"))
                ? Optional.of(new Target("tools/call", "crm", null, null))
                : Optional.empty();
          }
        });
    session();
    assertThat(answered("tasks/result", DATA)).contains("\"ssn\":\"[SSN]\"", "Lee");
  }

  private static String said(String method, String params) {
    return "data: {\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%s}\n\n"
        .formatted(method, params);
  }

  private static String log(String data) {
    return said("notifications/message", "{\"level\":\"info\",\"data\":" + data + "}");
  }

  private static Stream streams(Stream stream) {
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    return stream;
  }

  private static final String[] TELLING = {
    "\"of bob@example.org\"",
    "{\"ssn\":\"514-69-0360\"}",
    "{\"customer\":{\"ssn\":\"514-69-0360\",\"mail\":\"bob@example.org\"}}",
    "\"{\\\"ssn\\\":\\\"514-69-0360\\\"}\"",
    "\"SSN: 514-69-0360\"",
    "\"read ssn 514-69-0360 of him\"",
    "[\"a\",{\"text\":\"ssn=514-69-0360\"}]"
  };

  @Test
  void whatIsSaidOnTheCallsOwnStreamIsMasked() {
    session();
    Stream stream = streams(calls("crm"));
    for (String data : TELLING) {
      stream.answerBody(log(data), false);
      assertClean(stream.piece());
      stream.answerBody(
          said(
              "notifications/progress",
              "{\"progressToken\":5,\"progress\":1,\"message\":\"ssn 514-69-0360\"}"),
          false);
      assertThat(stream.piece()).contains("\"progressToken\":5,\"progress\":1").doesNotContain(SSN);
    }
    stream.answerBody(
        "data: {\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":"
            + "{\"message\":\"ssn: 514-69-0360, right?\",\"requestedSchema\":{\"type\":\"object\"}}}"
            + "\n\n",
        false);
    assertThat(stream.piece()).contains("elicitation/create").doesNotContain(SSN);
  }

  @Test
  void whatIsSaidOnTheStreamOfACallWhoseAnswerIsDeniedIsDropped() throws Exception {
    session();
    Stream stream = streams(calls("notes"));
    stream.answerBody(log("\"x9\""), false);
    assertThat(stream.piece()).isEqualTo(":\n");
    assertThat(line.fact(4, Fact.DECISION)).isEqualTo("dropped");
    assertThat(line.fact(4, Fact.RULES)).isEqualTo("[notes]");
  }

  @Test
  void denialThatHangsOnTheAnswerTakesTheTexts() {
    session();
    Stream stream = streams(calls("report"));
    stream.answerBody(log("\"x9\""), false);
    assertThat(stream.piece()).isEqualTo(":\n");
    stream.answerBody(
        said("notifications/progress", "{\"progressToken\":5,\"progress\":1,\"message\":\"x9\"}"),
        false);
    assertThat(stream.piece()).contains("\"progress\":1").doesNotContain("x9");
  }

  private Stream listens() {
    Stream stream = line.envoy().open().requestHead("GET", true, "mcp-session-id", "s1");
    stream.forwarded();
    return streams(stream);
  }

  @Test
  void progressAndStatesOnOtherStreamsAreMaskedByTokenAndTask() {
    makes("crm");
    Stream other = listens();
    other.answerBody(
        said(
            "notifications/progress",
            "{\"progressToken\":5,\"progress\":1,\"message\":\"ssn 514-69-0360\"}"),
        false);
    assertThat(other.piece()).contains("\"progressToken\":5").doesNotContain(SSN);
    for (String method : new String[] {"notifications/tasks/status", "notifications/tasks"}) {
      other.answerBody(said(method, task("working")), false);
      String said = other.piece();
      assertThat(said).contains("\"taskId\":\"t-1\"", "working");
      assertClean(said);
      other.answerBody(said(method, "{\"taskId\":\"t-1\",\"result\":" + DATA + "}"), false);
      said = other.piece();
      assertThat(said).contains("Lee");
      assertClean(said);
    }
    other.answerBody(
        said(
            "notifications/message",
            "{\"level\":\"info\",\"data\":{\"ssn\":\"514-69-0360\"},\"_meta\":"
                + "{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"t-1\"}}}"),
        false);
    assertThat(other.piece()).contains("t-1").doesNotContain(SSN);
  }

  @Test
  void logsThatNameNoCallAreMaskedByTheRulesForCallsOfTheSession() {
    session();
    Stream other = listens();
    other.answerBody(log("{\"ssn\":\"514-69-0360\"}"), false);
    assertThat(other.piece()).contains(SSN);
    calls("crm").answerJson(result("{\"content\":[]}")).answered();
    other.answerBody(log("{\"ssn\":\"514-69-0360\"}"), false);
    assertClean(other.piece());
    Stream open = calls("notes");
    other.answerBody(log("\"x9\""), false);
    assertThat(other.piece()).isEqualTo(":\n");
    open.answerJson(result("{\"content\":[]}")).answered();
    other.answerBody(log("\"x8\""), false);
    assertThat(other.piece()).contains("x8");
  }

  @Test
  void argumentsOfACallCountForItsTask() {
    session();
    asks("tools/call", "{\"name\":\"table\",\"arguments\":{\"table\":\"pay\"},\"task\":{}}")
        .answerHead(200, false, "content-type", "application/json")
        .answerBody(result("{\"task\":{\"taskId\":\"t-1\",\"status\":\"working\"}}"), true)
        .answered();
    assertThat(answered("tasks/result", "{\"content\":[{\"type\":\"text\",\"text\":\"x9\"}]}"))
        .doesNotContain("x9");
  }
}
