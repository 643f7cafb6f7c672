package io.tabellion.inspect;

import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Decision;
import io.tabellion.policy.OfCall;
import io.tabellion.session.Origin;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a message of a server belongs to.
 *
 * @param calls by whose rules it is judged and masked
 * @param maybe calls that it may belong to, for nothing says to which it does: by their rules it is
 *     masked
 */
record Belonging(List<Origin> calls, List<Origin> maybe) {
  /** Texts that a server writes for people, beside the data of a message. */
  private static final Set<String> TEXTS = Set.of("message", "reason", "statusMessage");

  private static final String PARAMS = "params";
  private static final String PROGRESS = "notifications/progress";
  private static final String TASKS = "notifications/tasks";

  Belonging {
    calls = List.copyOf(calls);
    maybe = List.copyOf(maybe);
  }

  /**
   * What becomes of a message.
   *
   * @param sent what goes on of it; null if nothing does
   * @param hidden URIs of resources that were left out
   */
  record Trimmed(Decision decision, Json.@Nullable Obj sent, List<String> hidden) {}

  /**
   * Judges a request or notification of the server.
   *
   * @param own what the policy says of it whatever it belongs to
   * @param carried the message
   */
  Trimmed judge(Judge judge, Decision own, Carried carried, long bytes) {
    Json.Obj message = carried.left();
    Decision decision = own;
    boolean quiet = false;
    for (Origin call : calls) {
      OfCall.CallDecision decided = judge.ofCall(call, message, bytes);
      decision = decision.and(decided.decision());
      quiet |= decided.quiet();
    }
    for (Origin call : maybe) {
      Decision masks = judge.ofCall(call, message, bytes).decision();
      decision = decision.masking(decision.masking().and(masks.masking()));
    }
    if (!decision.allows()) {
      return new Trimmed(decision, null, carried.hidden());
    }
    return new Trimmed(decision, quiet ? silent(message) : message, carried.hidden());
  }

  /** The message without texts; null for one that is nothing else. */
  private static Json.@Nullable Obj silent(Json.Obj message) {
    String method = String.valueOf(message.text("method"));
    Json.Obj params = message.object(PARAMS);
    boolean more = method.equals(PROGRESS) || method.startsWith(TASKS);
    return more && params != null ? message.with(PARAMS, withoutTexts(params)) : null;
  }

  /** The members without the texts that a server writes for people. */
  static Json.Obj withoutTexts(Json.Obj members) {
    Json.Obj rest = members;
    for (String text : TEXTS) {
      rest = rest.without(text);
    }
    return rest;
  }
}
