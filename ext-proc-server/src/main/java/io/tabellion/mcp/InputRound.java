package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a client of the stateless era is told to send a request again (2026-07-28, multi round-trip
 * requests): a result of the type {@code input_required} with a state, which comes back with the
 * request.
 *
 * <p>Pure and thread-safe.
 */
public final class InputRound {
  /** The member of the params with the state. */
  public static final String STATE = "requestState";

  private static final String RESPONSES = "inputResponses";

  /** Our own request for input: its answer says nothing that we need. */
  private static final String OURS = "io.tabellion/approval";

  /** Requests that may be answered so. */
  private static final Set<Method> METHODS =
      Set.of(Method.TOOLS_CALL, Method.PROMPTS_GET, Method.RESOURCES_READ);

  private InputRound() {}

  /** Whether a request may be answered so. */
  public static boolean isFor(Operation operation) {
    return operation.known() != null
        && METHODS.contains(operation.known())
        && !operation.isNotification();
  }

  /** What stands beside the call itself in its params: the state and the answers for the server. */
  public static Json.Obj beside(Json.Obj params) {
    Json.Obj beside = Json.Obj.EMPTY;
    for (String name : new String[] {STATE, RESPONSES}) {
      Json value = params.get(name);
      if (value != null) {
        beside = beside.with(name, value);
      }
    }
    return beside;
  }

  /** The params of a call that was sent again, with what stood beside it at first. */
  public static Json.Obj restored(Json.Obj params, Json.Obj beside) {
    Json.Obj restored = params.without(STATE).without(RESPONSES);
    for (Map.Entry<String, Json> member : beside.members().entrySet()) {
      restored = restored.with(member.getKey(), member.getValue());
    }
    return restored;
  }

  /**
   * The result that asks for another round.
   *
   * @param link of a page that shows where the approval stands, for the user; null if the client is
   *     not to show one
   */
  static Json.Obj result(String state, @Nullable String link, String message) {
    Json.Obj result =
        Json.Obj.EMPTY
            .with("resultType", new Json.Text("input_required"))
            .with(STATE, new Json.Text(state));
    return link == null
        ? result
        : result.with("inputRequests", Json.Obj.EMPTY.with(OURS, elicitation(link, message)));
  }

  /** A request that shows the user a link (elicitation in URL mode). */
  private static Json.Obj elicitation(String link, String message) {
    return Json.Obj.EMPTY
        .with("method", new Json.Text(Method.ELICITATION.text()))
        .with(
            "params",
            Json.Obj.EMPTY
                .with("mode", new Json.Text("url"))
                .with("message", new Json.Text(message))
                .with("url", new Json.Text(link)));
  }
}
