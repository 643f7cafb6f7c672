package io.tabellion.inspect;

import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.mcp.ClientCapabilities;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.ListFilter;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.policy.Decision;
import io.tabellion.policy.Policy;
import io.tabellion.policy.Question;
import io.tabellion.policy.Question.Direction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages of one exchange to the policy that is in force as the walk begins.
 *
 * @param caller who makes the exchange
 * @param server whom it goes to
 */
record Judge(Policy policy, Caller caller, String server) {
  /** The policy's name for a GET of one's own session. */
  static final String GET = "http/get";

  /** The policy's name for a DELETE of one's own session. */
  static final String DELETE = "http/delete";

  private static final Map<String, Method> CAPABILITIES =
      Map.of(
          ClientCapabilities.SAMPLING, Method.SAMPLING,
          ClientCapabilities.ELICITATION, Method.ELICITATION,
          ClientCapabilities.ROOTS, Method.ROOTS);

  /** A client's request or notification. */
  Decision request(Operation operation, Envelope message) {
    return ask(Direction.REQUEST, operation, message);
  }

  /** A request without body. */
  Decision bodiless(String method) {
    return ask(Direction.REQUEST, method, null, null, null, null);
  }

  /** The answer to a client's request. */
  Decision answer(Operation operation, Envelope message) {
    return ask(Direction.RESPONSE, operation, message);
  }

  /** A server's request or notification, on its own or in a result. */
  Decision server(Operation operation, @Nullable Envelope message) {
    return ask(Direction.SERVER_REQUEST, operation, message);
  }

  /** A client's answer to what a server asked by this method. */
  Decision answerTo(String method) {
    return ask(Direction.SERVER_REQUEST, method, null, null, null, null);
  }

  /** Whether an item of a list is shown: unless it is denied whatever the arguments. */
  boolean shows(ListFilter list, String name) {
    Decision decision =
        switch (list) {
          case TOOLS -> ask(Direction.REQUEST, Method.TOOLS_CALL.text(), name, null, null, null);
          case PROMPTS -> ask(Direction.REQUEST, Method.PROMPTS_GET.text(), null, null, name, null);
          case RESOURCES, RESOURCE_TEMPLATES ->
              ask(Direction.REQUEST, Method.RESOURCES_READ.text(), null, name, null, null);
        };
    return decision.action() == Decision.Action.ALLOW;
  }

  /** What of a client's capabilities servers may not use. */
  Set<String> deniedCapabilities(Operation operation, Era era) {
    List<String> declared =
        ClientCapabilities.strip(operation.params(), era, CAPABILITIES.keySet()).removed();
    return declared.stream().filter(name -> !maySend(name)).collect(Collectors.toSet());
  }

  private boolean maySend(String capability) {
    Method method = CAPABILITIES.get(capability);
    return method != null && answerTo(method.text()).action() == Decision.Action.ALLOW;
  }

  private Decision ask(Direction direction, Operation operation, @Nullable Envelope message) {
    return ask(
        direction,
        operation.method(),
        operation.tool(),
        operation.resource(),
        operation.prompt(),
        message);
  }

  private Decision ask(
      Direction direction,
      String method,
      @Nullable String tool,
      @Nullable String resource,
      @Nullable String prompt,
      @Nullable Envelope message) {
    return policy.decide(
        new Question(direction, caller, server, method, tool, resource, prompt, message));
  }
}
