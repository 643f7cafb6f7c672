package io.tabellion.policy;

import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Question.Direction;
import io.tabellion.yaml.Default;
import io.tabellion.yaml.Place;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a policy file claims of itself: a message, and what is to become of it.
 *
 * @param name for people, and its place in the file
 */
record PolicyTest(Named name, Given given, Expect expect) {
  /** An hour of an ordinary day, for tests that do not say when. */
  private static final Instant STANDARD_NOW = Instant.parse("2026-01-01T12:00:00Z");

  /** A text and where it stands. */
  record Named(Place place, String text) {}

  /** Names a rule or limit of the file. */
  record RuleName(String text) {}

  /** A value of any shape. */
  record Tree(Json json) {}

  /**
   * A message. What is left out is what it mostly is.
   *
   * @param direction a response if {@code response} is given, else a request
   * @param method that of {@code tool}, {@code resource} or {@code prompt}, where one is given
   * @param params of a message of the server that belongs to the call of the tool, such as {@code
   *     notifications/message}
   * @param response an object with {@code result} or {@code error}; of {@code tasks/get} and the
   *     like what is said of the task that the call of the tool made
   * @param list whether it is about an item in a list, so that arguments are not known
   */
  record Given(
      @Nullable Direction direction,
      @Nullable String method,
      @Default("test") String server,
      @Nullable String tool,
      @Nullable String resource,
      @Nullable String prompt,
      @Nullable Tree args,
      @Default("") Principal principal,
      @Default("") Mcp mcp,
      @Default("") Annotations annotations,
      @Default("false") boolean pinned,
      @Nullable String digest,
      @Default("") List<String> suspicions,
      @Default("1000") int bytes,
      @Nullable Tree params,
      @Nullable Tree response,
      @Nullable Instant now,
      @Default("false") boolean list) {

    Given {
      suspicions = List.copyOf(suspicions);
      if (args != null && !(args.json() instanceof Json.Obj)) {
        throw new IllegalArgumentException("args: no mapping (expected: a mapping)");
      }
      if (response != null && !(response.json() instanceof Json.Obj)) {
        throw new IllegalArgumentException(
            "response: no mapping (expected: a mapping with result or error)");
      }
      if (params != null && !(params.json() instanceof Json.Obj)) {
        throw new IllegalArgumentException("params: no mapping (expected: a mapping)");
      }
      if (params != null && (tool == null || method == null)) {
        throw new IllegalArgumentException(
            "params: of no message (expected: the server's method, and the tool whose call it is)");
      }
      if (method == null && tool == null && resource == null && prompt == null) {
        throw new IllegalArgumentException(
            "about nothing (expected: method, tool, resource or prompt)");
      }
    }

    /** Whether the message belongs to the call of the tool, and is not its answer. */
    private boolean ofCall() {
      return tool != null
          && method != null
          && (params != null || (response != null && method.startsWith("tasks/")));
    }

    /** What is asked of the policy; of a message that belongs to a call, about the call. */
    Question question() {
      return question(ofCall() ? Methods.TOOLS_CALL : name());
    }

    Decision decide(Policy policy) {
      if (!ofCall()) {
        return policy.decide(question());
      }
      Question call = question();
      Question.Answer answer = call.answer();
      return Methods.TASKS_RESULT.equals(method) && answer != null
          ? OfCall.judge(policy, call, answer).decision()
          : OfCall.judge(policy, call, (Json.Obj) message()).decision();
    }

    private Question question(String name) {
      return new Question(
          direction(response),
          new Question.Setting(
              principal.caller(),
              server,
              mcp.era(),
              mcp.version(),
              mcp.conversation() == null ? "" : mcp.conversation(),
              now == null ? STANDARD_NOW : now),
          new Question.Target(name, tool, resource, prompt),
          new ToolFacts(annotations.facts(), pinned, digest == null ? "" : digest, suspicions),
          arguments(),
          answer(),
          bytes,
          list ? Set.of(Question.ARGS, Question.BYTES) : Set.of());
    }

    private Direction direction(@Nullable Tree answer) {
      if (direction != null) {
        return direction;
      }
      return answer == null ? Direction.REQUEST : Direction.RESPONSE;
    }

    private String name() {
      if (method != null) {
        return method;
      }
      return tool != null ? Methods.TOOLS_CALL : prompt != null ? "prompts/get" : "resources/read";
    }

    Json.Obj arguments() {
      return args != null && args.json() instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    }

    private Question.@Nullable Answer answer() {
      return response != null && response.json() instanceof Json.Obj object
          ? new Question.Answer(object.get("result"), object.object("error"), suspicions)
          : null;
    }

    /** The message that masks are put on: what of it they can select. */
    Json message() {
      if (response != null) {
        return response.json();
      }
      if (params != null) {
        return Json.Obj.EMPTY.with("method", new Json.Text(name())).with("params", params.json());
      }
      Json.Obj params = Json.Obj.EMPTY;
      if (tool != null || prompt != null) {
        String target = tool == null ? prompt : tool;
        params = params.with("name", new Json.Text(target == null ? "" : target));
      }
      return Json.Obj.EMPTY
          .with("method", new Json.Text(name()))
          .with("params", args == null ? params : params.with("arguments", args.json()));
    }
  }

  /** Who calls; anonymous without subject and workload. */
  record Principal(
      @Nullable String subject,
      @Nullable String issuer,
      @Default("") List<String> groups,
      @Default("") List<String> scopes,
      @Nullable String client,
      @Default("") List<String> actors,
      @Nullable String workload,
      @Nullable String source) {

    Caller caller() {
      boolean known = subject != null || workload != null;
      return new Caller(
          known ? Caller.Source.JWT : Caller.Source.ANONYMOUS,
          subject,
          issuer,
          actors,
          client,
          groups,
          scopes,
          workload,
          source);
    }
  }

  /** What is spoken. */
  record Mcp(
      @Default("session") String era,
      @Default("2025-11-25") String version,
      @Nullable String conversation) {}

  /** What the server says of the tool. */
  record Annotations(
      @Nullable Boolean readOnlyHint,
      @Nullable Boolean destructiveHint,
      @Nullable Boolean idempotentHint,
      @Nullable Boolean openWorldHint) {

    ToolFacts.Annotations facts() {
      return new ToolFacts.Annotations(
          readOnlyHint, destructiveHint, idempotentHint, openWorldHint);
    }
  }

  /**
   * What is to become of it. What is left out is not looked at.
   *
   * @param rule one that fired
   * @param rules all that fired, in any order
   * @param shadow all that fired and are only looked at, in any order
   * @param masked places of all values that are masked, as JSON Pointers, in any order
   * @param response the answer as it goes on
   * @param params the params of a message of the server as they go on
   * @param args the arguments as they go on
   * @param errors rules that could not be evaluated, in any order
   */
  record Expect(
      @Nullable Action decision,
      @Nullable RuleName rule,
      @Nullable List<RuleName> rules,
      @Nullable String message,
      @Nullable List<RuleName> shadow,
      @Nullable List<String> masked,
      @Nullable Tree response,
      @Nullable Tree params,
      @Nullable Tree args,
      @Nullable List<RuleName> errors) {}
}
