package io.tabellion.bench.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.policy.Decision;
import io.tabellion.policy.Policy;
import io.tabellion.policy.PolicyFile;
import io.tabellion.policy.Question;
import io.tabellion.policy.ToolFacts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** The kinds of calls of the benchmark. */
@Tag("unit")
class CallsTest {
  private static final String PATH = "/mcp";

  @TempDir private Path folder;

  private static String body(Call call) {
    String http = new String(call.bytes(1, PATH), java.nio.charset.StandardCharsets.US_ASCII);
    return http.substring(http.indexOf("\r\n\r\n") + 4);
  }

  private static Json.Obj json(String text) {
    return new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text))
            instanceof Reading.Document(Json.Obj object)
        ? object
        : Json.Obj.EMPTY;
  }

  @ParameterizedTest
  @EnumSource
  void callsAreKnownByTheirToolAndAnsweredForThemselvesAlone(Calls calls) {
    Call call = calls.call(7);
    assertThat(json(body(call))).isNotEqualTo(Json.Obj.EMPTY);
    assertThat(Calls.of(Call.of(body(call)))).isEqualTo(calls);

    String answer = Answers.to(body(call)).body();
    assertThat(Answers.isRight(call, false, answer)).isTrue();
    assertThat(Answers.isRight(calls.call(8), false, answer)).isFalse();
    assertThat(Answers.isRight(call, false, answer.substring(0, answer.length() / 2))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void answersAreJson(Calls calls) {
    Answers.Answer answer = Answers.to(body(calls.call(7)));
    if (calls == Calls.SSE) {
      assertThat(answer.mediaType()).isEqualTo("text/event-stream");
      assertThat(answer.body().lines().filter(line -> line.startsWith("data: ")))
          .hasSize(2)
          .allMatch(line -> !json(line.substring(6)).equals(Json.Obj.EMPTY));
    } else {
      assertThat(json(answer.body())).isNotEqualTo(Json.Obj.EMPTY);
    }
  }

  @Test
  void behindOurServerMasksMustHaveWorked() {
    Call call = Calls.MASKED.call(7);
    String open = Answers.to(body(call)).body();
    String masked =
        Answers.to(body(call).replace(Answers.MAIL, "[EMAIL]"))
            .body()
            .replace(Answers.MAIL, "[EMAIL]")
            .replace("4111111111111111", "************1111");

    assertThat(Answers.isRight(call, true, masked)).isTrue();
    assertThat(Answers.isRight(call, true, open)).isFalse();
    assertThat(Answers.isRight(call, false, masked)).isFalse();
    assertThat(Answers.isRight(call, true, masked.replace("[EMAIL]", Answers.MAIL))).isFalse();
    assertThat(Answers.isRight(call, true, masked.replace("seen\":false", "seen\":true")))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"LARGE_16, 16384", "LARGE_64, 65536"})
  void largeCallsAreLargeBothWaysAndNotTheSame(Calls calls, int size) {
    Call call = calls.call(7);
    assertThat(call.more()).hasSize(size).isNotEqualTo(calls.call(8).more());
    assertThat(body(call)).contains(call.more());
    assertThat(Answers.to(body(call)).body()).contains(call.more());
    // any part of it lost is an error
    String answer = Answers.to(body(call)).body();
    int at = answer.lastIndexOf(' ');
    assertThat(Answers.isRight(call, false, answer.substring(0, at) + answer.substring(at + 1)))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void theirPolicyAllowsThem(Calls calls) throws IOException {
    assertThat(policy(calls).decide(question(calls.call(7), body(calls.call(7)))).action())
        .isEqualTo(Decision.Action.ALLOW);
  }

  /** Conditions of each form read the arguments: with other ones their rule denies. */
  @ParameterizedTest
  @CsvSource({
    "eu-west-1, us-west-0",
    "eu-west-1, us-west-16",
    "asked for the state, wants a Refund of 17",
    "last_contact, secret_18",
    "c-0, x-19"
  })
  void conditionsOfRulesReadTheArguments(String usual, String denied) throws IOException {
    Call call = Calls.RULES.call(7);
    String other = body(call).replace(usual, denied);
    assertThat(other).isNotEqualTo(body(call));
    assertThat(policy(Calls.RULES).decide(question(call, other)).action())
        .isEqualTo(Decision.Action.DENY);
  }

  private Policy policy(Calls calls) throws IOException {
    Path file = folder.resolve("policy.yaml");
    Files.writeString(file, calls.policy());
    return PolicyFile.load(file).policy();
  }

  private static Question question(Call call, String body) {
    Caller caller =
        new Caller(
            Caller.Source.JWT,
            "ann",
            "https://idp.example",
            List.of(),
            "agent",
            List.of("staff"),
            List.of(),
            null,
            "192.0.2.1");
    return new Question(
        Question.Direction.REQUEST,
        new Question.Setting(
            caller, "sample", "session", "2026-07-28", "c", Instant.parse("2026-11-30T12:00:00Z")),
        new Question.Target("tools/call", call.tool(), null, null),
        ToolFacts.UNKNOWN,
        arguments(body),
        null,
        300,
        Set.of());
  }

  private static Json.Obj arguments(String body) {
    return json(body).get("params") instanceof Json.Obj params
            && params.get("arguments") instanceof Json.Obj arguments
        ? arguments
        : Json.Obj.EMPTY;
  }

  @Test
  void kindsAreNamedAsTheyAreTyped() {
    StringWriter said = new StringWriter();
    CommandLine bench =
        new CommandLine(new Bench())
            .setErr(new PrintWriter(said))
            .setOut(new PrintWriter(Writer.nullWriter()));

    List<Calls> kinds =
        bench
            .parseArgs("--calls", "simple,sse,masked,rules,16k,64k")
            .matchedOptionValue("--calls", List.of());
    assertThat(kinds).containsExactly(Calls.values());
    assertThat(bench.execute("--calls", "small")).isEqualTo(2);
    assertThat(said.toString()).contains("simple, sse, masked, rules, 16k, 64k");
  }

  @Test
  void withoutAWordCallsAreSimple() {
    CommandLine bench = new CommandLine(new Bench());
    assertThat(bench.parseArgs().hasMatchedOption("--calls")).isFalse();
    List<Calls> kinds = bench.getCommandSpec().findOption("--calls").getValue();
    assertThat(kinds).containsExactly(Calls.SIMPLE);
  }

  @Test
  void theReportHasEnvoyApartFromTheServer() {
    Result.Spent spent = new Result.Spent(20, 30).plus(new Result.Spent(5, 10));
    Result result = Result.of("tabellion", Calls.SSE, Load.closed(1), List.of(), spent, 100);
    assertThat(result.kind()).isEqualTo("sse");
    assertThat(result.envoyCpuMsPerCall()).isEqualTo(0.25);
    assertThat(result.serverCpuMsPerCall()).isEqualTo(0.4);
    assertThat(result.cpuMsPerCall()).isEqualTo(0.65);
    assertThat(new Report(Calls.SSE, List.of(result)).text())
        .contains("envoy ms/call server ms/call")
        .containsPattern("0\\.250 +0\\.400\n");
  }
}
