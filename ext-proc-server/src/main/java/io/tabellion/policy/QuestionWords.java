package io.tabellion.policy;

import io.tabellion.identity.Caller;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.cel.Fields;
import io.tabellion.policy.cel.Scope;
import io.tabellion.policy.cel.Vocabulary;
import io.tabellion.policy.cel.Vocabulary.Kind;
import io.tabellion.policy.cel.Vocabulary.Struct;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The variables that conditions read, and their values for a question. What a message is about is
 * empty where it is about nothing; what is known of a person is absent where it is not known, and
 * reading it an error.
 */
final class QuestionWords {
  static final String ARGS = "args";
  static final String APPROVER = "approver";
  static final String RESPONSE = "response";
  static final String TOOL = "tool";
  static final String ANNOTATIONS = "annotations";

  private static final Struct APPROVER_FIELDS =
      new Struct("Approver", Map.of("subject", Kind.TEXT, "groups", Kind.TEXTS));

  private QuestionWords() {}

  /** The variables of rules. */
  static Vocabulary vocabulary() {
    return new Vocabulary()
        .variable(
            "principal",
            new Struct(
                "Principal",
                Map.of(
                    "subject", Kind.TEXT,
                    "issuer", Kind.TEXT,
                    "groups", Kind.TEXTS,
                    "scopes", Kind.TEXTS,
                    "client", Kind.TEXT,
                    "actors", Kind.TEXTS,
                    "workload", Kind.TEXT)))
        .variable(
            "mcp",
            new Struct(
                "Mcp",
                Map.of(
                    "era", Kind.TEXT,
                    "version", Kind.TEXT,
                    "method", Kind.TEXT,
                    "conversation", Kind.TEXT)))
        .variable("server", new Struct("Server", Map.of("name", Kind.TEXT, "trusted", Kind.TRUTH)))
        .variable(TOOL, tool())
        .variable(ARGS, Kind.OBJECT)
        .variable("resource", new Struct("Resource", Map.of("uri", Kind.TEXT)))
        .variable("prompt", new Struct("Prompt", Map.of("name", Kind.TEXT)))
        .variable(
            "request", new Struct("Request", Map.of("bytes", Kind.NUMBER, "source", Kind.TEXT)))
        .variable(
            RESPONSE,
            new Struct(
                "Response",
                Map.of(
                    "result", Kind.ANY,
                    "error", Kind.ANY,
                    "bytes", Kind.NUMBER,
                    "suspicions", Kind.TEXTS)))
        .variable("now", Kind.TIME);
  }

  private static Struct tool() {
    return new Struct(
        "Tool",
        Map.of(
            "name", Kind.TEXT, "pinned", Kind.TRUTH, "digest", Kind.TEXT, "suspicions", Kind.TEXTS),
        Map.of(
            ANNOTATIONS,
            new Struct(
                "Annotations",
                Map.of(
                    "readOnlyHint", Kind.TRUTH,
                    "destructiveHint", Kind.TRUTH,
                    "idempotentHint", Kind.TRUTH,
                    "openWorldHint", Kind.TRUTH))));
  }

  /** The variables of conditions on who may approve. */
  static Vocabulary approverVocabulary() {
    return vocabulary().variable(APPROVER, APPROVER_FIELDS);
  }

  /** Who might approve. */
  static Fields approver(String subject, List<String> groups) {
    return new Fields().put("subject", subject).put("groups", List.copyOf(groups));
  }

  /**
   * The value of a variable; null if there is none.
   *
   * @param trusted whether the server is trusted
   * @param annotations of the tool, as they are to be read
   * @param scope that it is for
   */
  static @Nullable Object value(
      String name,
      Question question,
      boolean trusted,
      ToolFacts.Annotations annotations,
      Scope scope) {
    return switch (name) {
      case "principal" -> principal(question.setting().caller());
      case "mcp" -> mcp(question);
      case "server" ->
          new Fields().put("name", question.setting().server()).put("trusted", trusted);
      case TOOL -> tool(question, annotations);
      case ARGS -> scope.args(question.args());
      case "resource" -> new Fields().put("uri", orEmpty(question.target().resource()));
      case "prompt" -> new Fields().put("name", orEmpty(question.target().prompt()));
      case "request" -> request(question);
      case RESPONSE -> response(question, scope);
      case "now" -> question.setting().now();
      default -> null;
    };
  }

  private static Fields principal(Caller caller) {
    return new Fields()
        .put("subject", caller.subject())
        .put("issuer", caller.issuer())
        .put("groups", caller.groups())
        .put("scopes", caller.scopes())
        .put("client", caller.clientId())
        .put("actors", caller.actors())
        .put("workload", caller.workload());
  }

  private static Fields mcp(Question question) {
    Question.Setting setting = question.setting();
    return new Fields()
        .put("era", setting.era())
        .put("version", setting.version())
        .put("method", question.target().method())
        .put("conversation", setting.conversation());
  }

  private static Fields tool(Question question, ToolFacts.Annotations annotations) {
    ToolFacts facts = question.tool();
    return new Fields()
        .put("name", orEmpty(question.target().tool()))
        .put("pinned", facts.pinned())
        .put("digest", facts.digest())
        .put("suspicions", facts.suspicions())
        .put(
            ANNOTATIONS,
            new Fields()
                .put("readOnlyHint", annotations.readOnlyHint())
                .put("destructiveHint", annotations.destructiveHint())
                .put("idempotentHint", annotations.idempotentHint())
                .put("openWorldHint", annotations.openWorldHint()));
  }

  private static Fields request(Question question) {
    Fields request = new Fields().put("source", question.setting().caller().address());
    return question.direction() == Direction.RESPONSE
        ? request
        : request.put("bytes", question.bytes());
  }

  private static Fields response(Question question, Scope scope) {
    Question.Answer answer = question.answer();
    if (answer == null) {
      return new Fields();
    }
    return new Fields()
        .put("bytes", question.bytes())
        .put("suspicions", answer.suspicions())
        .put("result", answer.result() == null ? null : scope.json(answer.result()))
        .put("error", answer.error() == null ? null : scope.json(answer.error()));
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
