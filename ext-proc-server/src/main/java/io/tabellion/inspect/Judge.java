package io.tabellion.inspect;

import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.Masked;
import io.tabellion.mask.Masker;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.stream.Tails;
import io.tabellion.mcp.ClientCapabilities;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.ListFilter;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.policy.Decision;
import io.tabellion.policy.OfCall;
import io.tabellion.policy.Policy;
import io.tabellion.policy.Question;
import io.tabellion.policy.Question.Answer;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.Question.Target;
import io.tabellion.policy.ToolFacts;
import io.tabellion.session.Intent;
import io.tabellion.session.Origin;
import io.tabellion.state.Changes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages of one exchange to the policy that is in force as the walk begins.
 *
 * @param situation who makes it, whom it goes to, what it is spoken in
 * @param changes where calls are counted for limits
 */
record Judge(Policy policy, Situation situation, Changes changes) {
  /** The policy's name for a GET of one's own session. */
  static final String GET = "http/get";

  /** The policy's name for a DELETE of one's own session. */
  static final String DELETE = "http/delete";

  private static final Map<String, Method> CAPABILITIES =
      Map.of(
          ClientCapabilities.SAMPLING, Method.SAMPLING,
          ClientCapabilities.ELICITATION, Method.ELICITATION,
          ClientCapabilities.ROOTS, Method.ROOTS);

  /** What a list does not tell of a call. */
  private static final Set<String> UNTOLD = Set.of(Question.ARGS, Question.BYTES);

  /** What nobody knows of an answer before it came. */
  private static final Set<String> UNTOLD_OF_ANSWER =
      Set.of(Question.ARGS, Question.BYTES, Question.RESPONSE);

  private static final Set<String> UNTOLD_OF_TEMPLATE =
      Set.of(Question.ARGS, Question.BYTES, Question.URI);

  /** Who judges the messages of a walk: by the policy that is in force as it begins. */
  static Judge of(Services services, Situation situation) {
    return new Judge(services.policy(), situation, Changes.none());
  }

  /** The same judge, for messages that change what is remembered there. */
  Judge with(Changes made) {
    return new Judge(policy, situation, made);
  }

  /** A client's request or notification, of so many bytes. */
  Decision request(Operation operation, long bytes) {
    Decision decision = decide(Direction.REQUEST, operation, null, bytes);
    String template = operation.known() == Method.COMPLETE ? operation.resource() : null;
    if (template == null) {
      return decision;
    }
    Target read = new Target(Method.RESOURCES_READ.text(), null, template, null);
    return decision.andDenied(policy.judge(item(read, UNTOLD_OF_TEMPLATE), changes));
  }

  /** What is put to the policy about a client's request, of so many bytes. */
  Question asked(Operation operation, long bytes) {
    return question(
        Direction.REQUEST, Origin.target(operation), Origin.args(operation), null, bytes, Set.of());
  }

  /** A client's request that goes no further, whatever is said of it: it counts for no limit. */
  Decision uncounted(Operation operation, long bytes) {
    return policy.judge(
        question(
            Direction.REQUEST,
            Origin.target(operation),
            Origin.args(operation),
            null,
            bytes,
            Set.of(Question.UNCOUNTED)),
        changes);
  }

  /** The arguments of a call against the schema of its tool. */
  ArgumentCheck arguments(Operation operation, Services services) {
    return ArgumentCheck.of(
        operation,
        situation.tools().accepted(operation.tool()),
        policy.schema(situation.server()),
        services);
  }

  /** A request without body. */
  Decision bodiless(String method) {
    return policy.judge(bare(Direction.REQUEST, method, Set.of()), changes);
  }

  /** The answer to a client's request, of so many bytes. */
  Decision answer(Operation operation, Envelope message, long bytes) {
    return decide(Direction.RESPONSE, operation, answer(operation, message), bytes);
  }

  /**
   * An error that answers no message, of so many bytes.
   *
   * @param method of the policy for the GET or DELETE that it answers; null for a client's answer
   */
  Decision unasked(@Nullable String method, Envelope.Failure failure, long bytes) {
    Target target = new Target(method == null ? "" : method, null, null, null);
    Answer answer = new Answer(null, failure.error(), List.of());
    return policy.judge(
        question(Direction.RESPONSE, target, Json.Obj.EMPTY, answer, bytes, Set.of()), changes);
  }

  /**
   * Returns the text of an HTTP error as it may go on and be kept: masked whole as the record of
   * the call's answer is, and cut then; null if the policy does not let it through.
   */
  @Nullable String errorText(Intent intent, String text, long bytes, Services services) {
    Json.Obj error =
        Json.Obj.EMPTY.with("code", Json.Num.of(0)).with("message", new Json.Text(text));
    Operation operation = intent.operation();
    Answer answer = new Answer(null, error, List.of());
    Decision decision =
        operation == null
            ? unasked(intent.bodiless(), new Envelope.Failure(null, error, error), bytes)
            : policy.decide(
                question(
                    Direction.RESPONSE,
                    Origin.target(operation),
                    Origin.args(operation),
                    answer,
                    bytes,
                    Set.of()));
    Masking masking = masking(OfCall.ofError(decision, text));
    return decision.allows() ? services.words().error(text, masking) : null;
  }

  /** A server's request or notification, on its own or in a result, of so many bytes. */
  Decision server(Operation operation, long bytes) {
    Decision decision = decide(Direction.SERVER_REQUEST, operation, null, bytes);
    String updated = operation.known() == Method.RESOURCE_UPDATED ? operation.resource() : null;
    return updated == null
        ? decision
        : decision.andDenied(
            policy.judge(reading(updated), changes), policy.judge(carrying(updated), changes));
  }

  /** A client's answer to what a server asked by this method. */
  Decision answerTo(String method) {
    return policy.judge(asking(method), changes);
  }

  /** Whether an item of a list is shown: unless it is denied whatever the arguments. */
  boolean shows(ListFilter list, String name) {
    Question item =
        switch (list) {
          case TOOLS -> item(new Target(Method.TOOLS_CALL.text(), name, null, null), UNTOLD);
          case PROMPTS -> item(new Target(Method.PROMPTS_GET.text(), null, null, name), UNTOLD);
          case RESOURCES ->
              item(new Target(Method.RESOURCES_READ.text(), null, name, null), UNTOLD);
          case RESOURCE_TEMPLATES ->
              item(new Target(Method.RESOURCES_READ.text(), null, name, null), UNTOLD_OF_TEMPLATE);
        };
    return policy.decide(item).action() != Decision.Action.DENY;
  }

  /** What is masked of a message of which the policy said this, if it was asked. */
  Masking masking(@Nullable Decision decision) {
    Masking masking =
        decision == null ? policy.unasked() : policy.baseline().and(decision.masking());
    return masking.heldBy(situation.owner());
  }

  /**
   * Masks a message by the baseline of this policy, whichever is in force by now, and by the rules
   * that fired for it.
   *
   * @param tails of the stream that it goes on in, null if in none
   */
  Masked mask(Masker masker, Ruled message, @Nullable Tails tails) {
    return masker.mask(
        message.sent(), message.kept(), masking(message.verdict().decision()), tails);
  }

  /** What may mask answers of the tool. */
  List<MaskRule> masksOfAnswers(String tool) {
    Target target = new Target(Method.TOOLS_CALL.text(), tool, null, null);
    Question answer =
        question(
            Direction.RESPONSE,
            target,
            Json.Obj.EMPTY,
            new Answer(Json.Obj.EMPTY, null, List.of()),
            0,
            UNTOLD_OF_ANSWER);
    return policy.decide(answer).masking().rules();
  }

  /** What of a client's capabilities servers may not use. */
  Set<String> deniedCapabilities(Operation operation, Era era) {
    List<String> declared =
        ClientCapabilities.strip(operation.params(), era, CAPABILITIES.keySet()).removed();
    return declared.stream().filter(name -> !maySend(name)).collect(Collectors.toSet());
  }

  /** Whether some request of the server that needs the capability may come. */
  private boolean maySend(String capability) {
    Method method = CAPABILITIES.get(capability);
    return method != null && policy.decide(asking(method.text())).allows();
  }

  /** What names several resources is judged by each. */
  private Decision decide(
      Direction direction, Operation operation, @Nullable Answer answer, long bytes) {
    Decision decision = null;
    for (String uri : operation.resources()) {
      Decision more = decide(direction, operation, uri, answer, bytes);
      decision = decision == null ? more : decision.and(more);
    }
    return decision == null ? decide(direction, operation, null, answer, bytes) : decision;
  }

  private Decision decide(
      Direction direction,
      Operation operation,
      @Nullable String uri,
      @Nullable Answer answer,
      long bytes) {
    Target target = new Target(operation.method(), operation.tool(), uri, operation.prompt());
    return policy.judge(
        question(direction, target, Origin.args(operation), answer, bytes, Set.of()), changes);
  }

  /**
   * Whether a rule, and not only the default, keeps a resource from being read, by request or by
   * answer: then it stands in no other message either.
   *
   * @param answer what {@link #carried} says of it
   */
  boolean hides(String uri, Decision answer) {
    return answer.isDenied() || policy.decide(reading(uri)).isDenied();
  }

  /** A request to read a resource, whoever reads it how. */
  private Question reading(String uri) {
    return item(new Target(Method.RESOURCES_READ.text(), null, uri, null), UNTOLD);
  }

  /** Whether a rule tells resources of the server apart. */
  boolean readsUris() {
    return policy.readsUris(situation.server());
  }

  /** What response rules about a resource say of an answer that carries it. */
  Decision carried(String uri) {
    return policy.decide(carrying(uri));
  }

  private Question carrying(String uri) {
    return question(
        Direction.RESPONSE,
        new Target(Method.RESOURCES_READ.text(), null, uri, null),
        Json.Obj.EMPTY,
        new Answer(Json.Obj.EMPTY, null, List.of()),
        0,
        UNTOLD_OF_ANSWER);
  }

  /**
   * A message of the server, of so many bytes, by the response rules for the call it belongs to.
   */
  OfCall.CallDecision ofCall(Origin call, Json.Obj message, long bytes) {
    return OfCall.judge(policy, question(call, bytes), message);
  }

  /** An answer, of so many bytes, that is that of the call, though another request asked for it. */
  OfCall.CallDecision ofCall(Origin call, Answer answer, long bytes) {
    return OfCall.judge(policy, question(call, bytes), answer);
  }

  private Question question(Origin call, long bytes) {
    return question(Direction.RESPONSE, call.target(), call.args(), null, bytes, call.unknown());
  }

  /** A request of the server by this method, of which nothing else is known. */
  private Question asking(String method) {
    return bare(Direction.SERVER_REQUEST, method, UNTOLD);
  }

  private Question bare(Direction direction, String method, Set<String> unknown) {
    return question(
        direction, new Target(method, null, null, null), Json.Obj.EMPTY, null, 0, unknown);
  }

  private Question item(Target target, Set<String> unknown) {
    return question(Direction.REQUEST, target, Json.Obj.EMPTY, null, 0, unknown);
  }

  private Question question(
      Direction direction,
      Target target,
      Json.Obj args,
      @Nullable Answer answer,
      long bytes,
      Set<String> unknown) {
    ToolFacts facts = situation.tools().facts(target.tool(), changes);
    return new Question(
        direction, situation.setting(), target, facts, args, answer, bytes, unknown);
  }

  private static @Nullable Answer answer(Operation operation, Envelope message) {
    return switch (message) {
      case Envelope.Result result ->
          new Answer(result.result(), null, Suspicions.of(operation, result.result()));
      case Envelope.Failure failure -> new Answer(null, failure.error(), List.of());
      case Envelope.Request _, Envelope.Notification _ -> null;
    };
  }
}
