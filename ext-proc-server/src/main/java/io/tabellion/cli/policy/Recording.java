package io.tabellion.cli.policy;

import com.google.protobuf.Timestamp;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Facts;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Question;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.ToolFacts;
import java.time.Instant;
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
record Recording(Entry entry, @Nullable Entry intent) {
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
  record Said(Json.@Nullable Obj asked, Json.@Nullable Obj answered, @Nullable ToolFacts tool) {
    static final Said NOTHING = new Said(null, null, null);
  }

  /** Whether the policy was asked, and could be again. */
  boolean judged() {
    return decided() != null && intent != null && !target(intent).method().isEmpty();
  }

  /** What the policy said; null where it was not asked, or not about this message. */
  @Nullable Action decided() {
    Facts facts = entry.getFacts();
    if (facts.getPolicy().isEmpty()) {
      return null;
    }
    boolean answer = answers();
    return switch (entry.getKind()) {
      case "call.intent" -> answer ? null : request(facts);
      case "call.outcome", "stream.event" -> fromServer(facts, answer);
      default -> null;
    };
  }

  private static @Nullable Action request(Facts facts) {
    return switch (facts.getDecision()) {
      case "allowed" -> Action.ALLOW;
      case "denied" ->
          facts.getReason().equals("needs-approval") ? Action.REQUIRE_APPROVAL : Action.DENY;
      default -> null;
    };
  }

  private static @Nullable Action fromServer(Facts facts, boolean answer) {
    return switch (facts.getDecision()) {
      case "allowed" -> Action.ALLOW;
      case "withheld", "dropped" ->
          answer == facts.getDecision().equals("withheld")
              ? facts.getReason().equals("policy") ? Action.DENY : Action.ALLOW
              : null;
      default -> null;
    };
  }

  private boolean answers() {
    String message = entry.getFacts().getMessage();
    return message.equals("result") || message.equals("error");
  }

  Direction direction() {
    if (entry.getKind().equals("call.intent")) {
      return Direction.REQUEST;
    }
    return answers() ? Direction.RESPONSE : Direction.SERVER_REQUEST;
  }

  /** What the policy would be asked. */
  Question question(Said said) {
    Set<String> unknown = new LinkedHashSet<>();
    Entry request = direction() == Direction.RESPONSE && intent != null ? intent : entry;
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
    if (entry.getFacts().getBytes() == 0 && request.hasContent()) {
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
        entry.getFacts().getBytes(),
        unknown);
  }

  /** Whether what the message is about stands in the log in clear. */
  boolean targetIsClear() {
    Entry request = direction() == Direction.RESPONSE && intent != null ? intent : entry;
    Facts facts = request.getFacts();
    return !Places.ofRequest(facts.getMaskedList(), named(facts)).contains(Places.TARGET)
        && List.of(facts.getMethod(), facts.getResource(), facts.getPrompt(), facts.getTool())
            .stream()
            .noneMatch(text -> text.matches(CAPPED));
  }

  /** Whether it may name resources that no fact of the entry names. */
  boolean namesMore() {
    return NAMING.contains(entry.getFacts().getMethod());
  }

  String server() {
    return entry.getFacts().getServer();
  }

  private static Question.Target target(Entry request) {
    Facts facts = request.getFacts();
    return new Question.Target(
        facts.getMethod(),
        text(facts.getTool()),
        text(facts.getResource()),
        text(facts.getPrompt()));
  }

  private static boolean named(Facts facts) {
    return facts.getMethod().equals("tools/call") || facts.getMethod().equals("prompts/get");
  }

  private static Json.Obj args(Entry request, Json.@Nullable Obj asked, Set<String> unknown) {
    Facts facts = request.getFacts();
    if (facts.getMessage().equals("none")) {
      return Json.Obj.EMPTY;
    }
    if (asked == null) {
      unknown.add(Question.ARGS);
      return Json.Obj.EMPTY;
    }
    boolean named = named(facts);
    unknown.addAll(Places.ofRequest(facts.getMaskedList(), named));
    unknown.remove(Places.TARGET);
    if (!named && facts.getDetail().startsWith("capabilities taken out")) {
      unknown.add("args.capabilities");
      unknown.add("args._meta");
    }
    Json.Obj params = asked.object("params");
    Json.Obj args = params == null || !named ? params : params.object("arguments");
    return args == null ? Json.Obj.EMPTY : args;
  }

  private Question.Answer answer(Json.@Nullable Obj answered, Set<String> unknown) {
    Facts facts = entry.getFacts();
    if (answered == null) {
      unknown.add("response.result");
      unknown.add("response.error");
    }
    unknown.addAll(Places.ofAnswer(facts.getMaskedList()));
    if (facts.getHiddenCount() > 0 || facts.getDetail().startsWith("the list is")) {
      unknown.add("response.result");
    }
    if (!facts.getDecision().equals("allowed")) {
      unknown.add("response.suspicions");
    }
    return new Question.Answer(
        answered == null ? null : answered.get("result"),
        answered == null ? null : answered.object("error"),
        facts.getSuspicionsList());
  }

  private Question.Setting setting(Set<String> unknown) {
    Facts facts = entry.getFacts();
    if (facts.getMethod().equals("initialize") && direction() == Direction.RESPONSE) {
      unknown.add("mcp.version");
    }
    Timestamp at = entry.getAt();
    return new Question.Setting(
        caller(facts, unknown),
        facts.getServer(),
        facts.getEra(),
        facts.getRevision(),
        facts.getConversation(),
        Instant.ofEpochSecond(at.getSeconds(), at.getNanos()));
  }

  private static Caller caller(Facts facts, Set<String> unknown) {
    return new Caller(
        source(facts.getIdentity()),
        known("principal.subject", facts.getSubject(), unknown),
        known("principal.issuer", facts.getIssuer(), unknown),
        known("principal.actors", facts.getActorsList(), unknown),
        known("principal.client", facts.getClientId(), unknown),
        known("principal.groups", facts.getGroupsList(), unknown),
        known("principal.scopes", facts.getScopesList(), unknown),
        known("principal.workload", facts.getWorkload(), unknown),
        known("request.source", facts.getSource(), unknown));
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
