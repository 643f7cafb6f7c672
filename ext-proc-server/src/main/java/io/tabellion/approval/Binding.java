package io.tabellion.approval;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.MemberOrder;
import io.tabellion.secret.KeyedHash;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an approval is for: the principal with its actors, the server, the message as it would be
 * sent, the tool's definition, the policy and the rules that ask. Not part of it are the JSON-RPC
 * id and what changes from one try to the next: the progress token, trace context, what MCP itself
 * puts into {@code _meta} (revision, client, capabilities), a state that we gave, the life of a
 * task.
 *
 * <p>Pure and thread-safe.
 */
final class Binding {
  private static final String LABEL = "approval/v1";
  private static final String META = "_meta";

  /** Members of {@code _meta} that differ from one try to the next. */
  private static final Set<String> PASSING =
      Set.of("progressToken", "traceparent", "tracestate", "baggage", "claudecode/toolUseId");

  private static final String OF_MCP = "io.modelcontextprotocol/";

  private Binding() {}

  /** Returns the keyed digest, hex. */
  static String of(HeldCall call, KeyedHash hash) {
    List<String> parts = new ArrayList<>();
    parts.add(call.owner());
    parts.add(call.question().setting().server());
    parts.add(call.definition() == null ? "" : call.definition());
    parts.add(call.policy());
    parts.addAll(new TreeSet<>(call.terms().stream().map(terms -> terms.rule()).toList()));
    parts.add(JsonWriter.write(MemberOrder.of(lasting(call.sent()))).toStringUtf8());
    StringBuilder all = new StringBuilder();
    // Lengths before texts, so that no part can pass for the end of another.
    parts.forEach(part -> all.append(part.length()).append(':').append(part));
    return hash.of(LABEL, all.toString());
  }

  /** The message without what changes from one try to the next. */
  private static Json.Obj lasting(Json.Obj message) {
    Json.Obj params = message.object("params");
    if (params == null) {
      return message.without("id");
    }
    Json.Obj kept = params.without("requestState");
    Json.Obj meta = kept.object(META);
    if (meta != null) {
      Json.Obj bound = meta;
      for (String name : meta.members().keySet()) {
        if (PASSING.contains(name) || name.startsWith(OF_MCP)) {
          bound = bound.without(name);
        }
      }
      kept = bound.members().isEmpty() ? kept.without(META) : kept.with(META, bound);
    }
    Json.Obj task = kept.object("task");
    if (task != null) {
      kept = kept.with("task", task.without("ttl"));
    }
    return message.without("id").with("params", kept);
  }

  /**
   * Whether every number in the value is the same to all who read it: a number that does not come
   * back from a double as it was written may be another one for server and approver (RFC 7493
   * §2.2).
   */
  static boolean hasPlainNumbers(Json value) {
    return switch (value) {
      case Json.Obj object -> object.members().values().stream().allMatch(Binding::hasPlainNumbers);
      case Json.Array array -> array.items().stream().allMatch(Binding::hasPlainNumbers);
      case Json.Num number -> isPlain(number.lexeme());
      case Json.Text _, Json.Literal _ -> true;
    };
  }

  private static boolean isPlain(String lexeme) {
    double near = Double.parseDouble(lexeme);
    if (Double.isInfinite(near)) {
      return false;
    }
    return new BigDecimal(Double.toString(near)).compareTo(new BigDecimal(lexeme)) == 0;
  }
}
