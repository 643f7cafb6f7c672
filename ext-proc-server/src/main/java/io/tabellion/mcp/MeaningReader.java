package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.KnownMembers;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.name.Names;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what one request or notification asks for. */
final class MeaningReader {
  private static final KnownMembers ANY_PARAMS = KnownMembers.of("_meta");

  /** Params that must be of one type wherever they stand, for the policy reads them. */
  private static final Map<Method, String> TEXT_PARAM =
      Map.ofEntries(
          Map.entry(Method.TOOLS_CALL, "name"),
          Map.entry(Method.PROMPTS_GET, "name"),
          Map.entry(Method.RESOURCES_READ, "uri"),
          Map.entry(Method.RESOURCES_SUBSCRIBE, "uri"),
          Map.entry(Method.RESOURCES_UNSUBSCRIBE, "uri"),
          Map.entry(Method.TASKS_GET, "taskId"),
          Map.entry(Method.TASKS_RESULT, "taskId"),
          Map.entry(Method.TASKS_CANCEL, "taskId"),
          Map.entry(Method.TASKS_UPDATE, "taskId"));

  private final Sender sender;
  private final String method;
  private final Json.Obj params;
  private final @Nullable RequestId id;

  MeaningReader(Sender sender, String method, Json.@Nullable Obj params, @Nullable RequestId id) {
    this.sender = sender;
    this.method = method;
    this.params = params == null ? Json.Obj.EMPTY : params;
    this.id = id;
  }

  Meaning read() {
    if (Method.isLookalike(method)) {
      return fault("#/method", "no method that only looks like a known one");
    }
    Method known = Method.of(method, sender).orElse(null);
    Fault fault = known == null ? null : kind(known);
    if (fault == null) {
      fault = lookalike(known);
    }
    if (fault == null && known != null) {
      fault = types(known);
    }
    return fault == null ? operation(known) : fault;
  }

  /** Row 15: a call without id would be executed, and its answer never seen. */
  private @Nullable Fault kind(Method known) {
    if (known.isNotification() == (id == null)) {
      return null;
    }
    return fault(
        "#/id", known.isNotification() ? "none for a notification" : "an id for a request");
  }

  private @Nullable Fault lookalike(@Nullable Method known) {
    KnownMembers members = known == null ? ANY_PARAMS : known.params();
    Parsed.Malformed lookalike = members.check(params, "#/params");
    if (lookalike == null && params.get("_meta") != null) {
      Json.Obj meta = params.object("_meta");
      lookalike =
          meta == null
              ? Parsed.Malformed.message("#/params/_meta", "an object")
              : Meta.check(meta, "#/params/_meta");
    }
    return lookalike == null ? null : Fault.of(lookalike);
  }

  private @Nullable Fault types(Method known) {
    String text = TEXT_PARAM.get(known);
    if (text != null && params.text(text) == null) {
      return fault("#/params/" + text, "a string");
    }
    if (known == Method.TOOLS_CALL || known == Method.PROMPTS_GET) {
      Optional<Names.Wrong> wrong = Names.check(String.valueOf(params.text("name")));
      if (wrong.isPresent()) {
        Fault.Kind kind =
            known == Method.TOOLS_CALL ? Fault.Kind.TOOL_NAME : Fault.Kind.NOT_A_MESSAGE;
        return new Fault(kind, "#/params/name", wrong.get().expected());
      }
    }
    boolean takesArguments = known == Method.TOOLS_CALL || known == Method.PROMPTS_GET;
    if (takesArguments && params.get("arguments") != null && params.object("arguments") == null) {
      return fault("#/params/arguments", "an object");
    }
    if (known == Method.LISTEN) {
      return NamedResources.check(params);
    }
    if (known == Method.COMPLETE && params.object("ref") == null) {
      return fault("#/params/ref", "an object");
    }
    return null;
  }

  private Operation operation(@Nullable Method known) {
    Json.Obj target = known == Method.COMPLETE ? params.object("ref") : params;
    Json.Obj from = target == null ? Json.Obj.EMPTY : target;
    return new Operation(
        sender,
        method,
        known,
        id,
        known == Method.TOOLS_CALL ? from.text("name") : null,
        takesResource(known) ? from.text("uri") : null,
        known == Method.PROMPTS_GET || known == Method.COMPLETE ? from.text("name") : null,
        params.text("taskId"),
        params);
  }

  private static boolean takesResource(@Nullable Method known) {
    return switch (known) {
      case RESOURCES_READ, RESOURCES_SUBSCRIBE, RESOURCES_UNSUBSCRIBE, RESOURCE_UPDATED, COMPLETE ->
          true;
      case null, default -> false;
    };
  }

  private static Fault fault(String where, String expected) {
    return Fault.of(Parsed.Malformed.message(where, expected));
  }
}
