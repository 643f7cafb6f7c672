package io.tabellion.trail.recall;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Reason;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Question;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.ToolFacts;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message that the policy was asked about, as the log has it. What the log does not tell, or
 * tells masked, is unknown.
 *
 * @param entry of the message
 * @param intent of the request that it answers, or the entry itself; null if it was not found
 */
public record Recording(Recalled entry, @Nullable Recalled intent) {
  /** Methods that name resources in other places than their URI. */
  private static final Set<String> NAMING = Set.of("subscriptions/listen", "completion/complete");

  private static final String CAPPED = "length [0-9]+, digest .*";
  private static final List<String> OF_TOOL =
      List.of("tool.annotations", "tool.pinned", "tool.digest", "tool.suspicions");

  /**
   * What was said, as far as it was asked for and is there.
   *
   * @param asked the request
   * @param answered the answer
   * @param tool what its server said of the tool then
   */
  public record Said(
      Json.@Nullable Obj asked, Json.@Nullable Obj answered, @Nullable ToolFacts tool) {
    public static final Said NOTHING = new Said(null, null, null);
  }

  /** Whether the policy was asked, and could be again. */
  public boolean judged() {
    return decided() != null && intent != null && !target(intent).method().isEmpty();
  }

  /** What the policy said; null where it was not asked, or not about this message. */
  public @Nullable Action decided() {
    if (entry.text(Fact.POLICY).isEmpty()) {
      return null;
    }
    boolean answer = answers();
    return switch (entry.kind()) {
      case "call.intent" -> answer ? null : request(entry);
      case "call.outcome", "stream.event" -> fromServer(entry, answer);
      default -> null;
    };
  }

  private static @Nullable Action request(Recalled facts) {
    return switch (disposition(facts)) {
      case ALLOWED -> facts.text(Fact.APPROVAL).isEmpty() ? Action.ALLOW : Action.REQUIRE_APPROVAL;
      case DENIED ->
          Reason.of(facts.text(Fact.REASON)).filter(Reason::asksForApproval).isPresent()
              ? Action.REQUIRE_APPROVAL
              : Action.DENY;
      case REFUSED, FILTERED, DROPPED, WITHHELD, QUARANTINED, UNKNOWN -> null;
    };
  }

  private static @Nullable Action fromServer(Recalled facts, boolean answer) {
    return switch (disposition(facts)) {
      case ALLOWED -> Action.ALLOW;
      case WITHHELD -> answer ? byPolicy(facts) : null;
      case DROPPED -> answer ? null : byPolicy(facts);
      case DENIED, REFUSED, FILTERED, QUARANTINED, UNKNOWN -> null;
    };
  }

  private static Action byPolicy(Recalled facts) {
    return facts.says(Fact.REASON, Reason.POLICY) ? Action.DENY : Action.ALLOW;
  }

  private static Disposition disposition(Recalled facts) {
    return Disposition.of(facts.text(Fact.DECISION)).orElse(Disposition.UNKNOWN);
  }

  private boolean answers() {
    String message = entry.text(Fact.MESSAGE);
    return message.equals("result") || message.equals("error");
  }

  public Direction direction() {
    if (entry.kind().equals("call.intent") || entry.kind().equals("approval.requested")) {
      return Direction.REQUEST;
    }
    return answers() ? Direction.RESPONSE : Direction.SERVER_REQUEST;
  }

  /** What the policy would be asked. */
  public Question question(Said said) {
    Set<String> unknown = new LinkedHashSet<>();
    Recalled request = direction() == Direction.RESPONSE && intent != null ? intent : entry;
    Question.Target target = target(request);
    Json.Obj args = args(request, said.asked(), unknown);
    Question.Answer answer =
        direction() == Direction.RESPONSE ? answer(said.answered(), unknown) : null;
    ToolFacts tool = said.tool();
    if (tool == null && target.tool() != null) {
      unknown.addAll(OF_TOOL);
    }
    if (direction() == Direction.RESPONSE && target.tool() != null) {
      unknown.add("tool.pinned"); // it may have been quarantined meanwhile
    }
    if (entry.number(Fact.BYTES) == 0 && request.hasContent()) {
      unknown.add(Question.BYTES);
      unknown.add("response.bytes");
    }
    return new Question(
        direction(),
        setting(unknown),
        target,
        tool == null ? ToolFacts.UNKNOWN : tool,
        args,
        answer,
        entry.number(Fact.BYTES),
        unknown);
  }

  /** Whether what the message is about stands in the log in clear. */
  public boolean targetIsClear() {
    Recalled facts = direction() == Direction.RESPONSE && intent != null ? intent : entry;
    return !Places.ofRequest(facts.texts(Fact.MASKED), named(facts)).contains(Places.TARGET)
        && List.of(
                facts.text(Fact.METHOD),
                facts.text(Fact.RESOURCE),
                facts.text(Fact.PROMPT),
                facts.text(Fact.TOOL))
            .stream()
            .noneMatch(text -> text.matches(CAPPED));
  }

  /** Whether it may name resources that no fact of the entry names. */
  boolean namesMore() {
    return NAMING.contains(entry.text(Fact.METHOD));
  }

  String server() {
    return entry.text(Fact.SERVER);
  }

  private static Question.Target target(Recalled request) {
    return new Question.Target(
        request.text(Fact.METHOD),
        text(request.text(Fact.TOOL)),
        text(request.text(Fact.RESOURCE)),
        text(request.text(Fact.PROMPT)));
  }

  private static boolean named(Recalled facts) {
    return facts.text(Fact.METHOD).equals("tools/call")
        || facts.text(Fact.METHOD).equals("prompts/get");
  }

  private static Json.Obj args(Recalled request, Json.@Nullable Obj asked, Set<String> unknown) {
    if (request.text(Fact.MESSAGE).equals("none")) {
      return Json.Obj.EMPTY;
    }
    if (asked == null) {
      unknown.add(Question.ARGS);
      return Json.Obj.EMPTY;
    }
    boolean named = named(request);
    unknown.addAll(Places.ofRequest(request.texts(Fact.MASKED), named));
    unknown.remove(Places.TARGET);
    if (!named && request.text(Fact.DETAIL).startsWith("capabilities taken out")) {
      unknown.add("args.capabilities");
      unknown.add("args._meta");
    }
    Json.Obj params = asked.object("params");
    Json.Obj args = params == null || !named ? params : params.object("arguments");
    return args == null ? Json.Obj.EMPTY : args;
  }

  private Question.Answer answer(Json.@Nullable Obj answered, Set<String> unknown) {
    if (answered == null) {
      unknown.add("response.result");
      unknown.add("response.error");
    }
    unknown.addAll(Places.ofAnswer(entry.texts(Fact.MASKED)));
    if (entry.texts(Fact.HIDDEN).size() > 0 || entry.text(Fact.DETAIL).startsWith("the list is")) {
      unknown.add("response.result");
    }
    if (!entry.says(Fact.DECISION, Disposition.ALLOWED)) {
      unknown.add("response.suspicions");
    }
    return new Question.Answer(
        answered == null ? null : answered.get("result"),
        answered == null ? null : answered.object("error"),
        entry.texts(Fact.SUSPICIONS));
  }

  private Question.Setting setting(Set<String> unknown) {
    if (entry.text(Fact.METHOD).equals("initialize") && direction() == Direction.RESPONSE) {
      unknown.add("mcp.version");
    }
    return new Question.Setting(
        caller(entry, unknown),
        entry.text(Fact.SERVER),
        entry.text(Fact.ERA),
        entry.text(Fact.REVISION),
        entry.text(Fact.CONVERSATION),
        entry.at());
  }

  private static Caller caller(Recalled facts, Set<String> unknown) {
    return new Caller(
        source(facts.text(Fact.IDENTITY)),
        known("principal.subject", facts.text(Fact.SUBJECT), unknown),
        known("principal.issuer", facts.text(Fact.ISSUER), unknown),
        known("principal.actors", facts.texts(Fact.ACTORS), unknown),
        known("principal.client", facts.text(Fact.CLIENT_ID), unknown),
        known("principal.groups", facts.texts(Fact.GROUPS), unknown),
        known("principal.scopes", facts.texts(Fact.SCOPES), unknown),
        known("principal.workload", facts.text(Fact.WORKLOAD), unknown),
        known("request.source", facts.text(Fact.SOURCE), unknown));
  }

  private static Caller.Source source(String identity) {
    String name = identity.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(Caller.Source.values())
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElse(Caller.Source.ANONYMOUS);
  }

  private static @Nullable String known(String name, String text, Set<String> unknown) {
    if (text.matches(CAPPED)) {
      unknown.add(name);
    }
    return text(text);
  }

  private static List<String> known(String name, List<String> texts, Set<String> unknown) {
    boolean cut = !texts.isEmpty() && texts.getLast().matches("and [0-9]+ more");
    if (cut || texts.stream().anyMatch(text -> text.matches(CAPPED))) {
      unknown.add(name);
    }
    return List.copyOf(texts);
  }

  private static @Nullable String text(String text) {
    return text.isEmpty() ? null : text;
  }
}
