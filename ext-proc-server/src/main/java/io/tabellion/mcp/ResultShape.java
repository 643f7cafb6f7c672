package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.KnownMembers;
import io.tabellion.jsonrpc.Parsed;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a result says one thing to every client: no member of a known type in a form that
 * only some would take for it.
 */
public final class ResultShape {
  private static final KnownMembers RESULT =
      KnownMembers.of(
          "_meta",
          "capabilities",
          "cacheScope",
          "completion",
          "content",
          "contents",
          "description",
          "error",
          "inputRequests",
          "instructions",
          "isError",
          "messages",
          "nextCursor",
          "prompts",
          "protocolVersion",
          "requestState",
          "resourceTemplates",
          "resources",
          "result",
          "resultType",
          "serverInfo",
          "status",
          "statusMessage",
          "structuredContent",
          "task",
          "taskId",
          "tasks",
          "tools",
          "ttlMs");
  private static final KnownMembers ITEM =
      KnownMembers.of(
          "_meta",
          "annotations",
          "arguments",
          "blob",
          "content",
          "data",
          "description",
          "icons",
          "inputSchema",
          "mimeType",
          "name",
          "outputSchema",
          "resource",
          "role",
          "size",
          "text",
          "title",
          "type",
          "uri",
          "uriTemplate");
  private static final Set<String> LISTS =
      Set.of(
          "content", "contents", "messages", "prompts", "resources", "resourceTemplates", "tools");
  private static final Set<String> NESTED = Set.of("content", "resource");
  private static final Set<String> TYPES = Set.of("complete", "input_required", "task");

  private ResultShape() {}

  /**
   * Returns what is wrong with the result of a method that MCP has, or nothing. Never throws on
   * hostile input.
   */
  public static Optional<Fault> check(Json result, Era era) {
    return check(result, era, null);
  }

  /**
   * The same for a list whose items are looked at one by one.
   *
   * @param list the member that holds them; null if there is none
   */
  public static Optional<Fault> check(Json result, Era era, @Nullable String list) {
    if (!(result instanceof Json.Obj object)) {
      return Optional.of(fault("#/result", "an object"));
    }
    Json type = object.get("resultType");
    boolean typed = type instanceof Json.Text text && TYPES.contains(text.value());
    if (era == Era.STATELESS && type != null && !typed) {
      return Optional.of(fault("#/result/resultType", "complete, input_required or task"));
    }
    return Optional.ofNullable(members(object, list)).map(Fault::of);
  }

  /**
   * Returns the id of the task that a call was made into (2025-11-25 CreateTaskResult, 2026-07-28
   * Tasks extension); null if it was not.
   */
  public static @Nullable String madeTask(Json result) {
    if (!(result instanceof Json.Obj object)) {
      return null;
    }
    Json.Obj task = object.object("task");
    return task == null ? object.text("taskId") : task.text("taskId");
  }

  /** Whether an item has a member that only some clients would take for a known one. */
  static boolean misleads(Json.Obj item) {
    return item(item, "#") != null;
  }

  private static Parsed.@Nullable Malformed members(Json.Obj result, @Nullable String except) {
    Json.Obj inner = result.object("result");
    Parsed.Malformed malformed = inner == null ? null : RESULT.check(inner, "#/result/result");
    return malformed == null ? outer(result, except) : malformed;
  }

  private static Parsed.@Nullable Malformed outer(Json.Obj result, @Nullable String except) {
    Parsed.Malformed malformed = RESULT.check(result, "#/result");
    for (String list : LISTS) {
      if (malformed == null && !list.equals(except) && result.array(list) != null) {
        malformed = items(result.array(list), "#/result/" + list);
      }
    }
    return malformed;
  }

  private static Parsed.@Nullable Malformed items(Json.@Nullable Array list, String where) {
    if (list == null) {
      return null;
    }
    for (Json item : list.items()) {
      Parsed.Malformed malformed = item instanceof Json.Obj object ? item(object, where) : null;
      if (malformed != null) {
        return malformed;
      }
    }
    return null;
  }

  private static Parsed.@Nullable Malformed item(Json.Obj item, String where) {
    Parsed.Malformed malformed = ITEM.check(item, where);
    for (String nested : NESTED) {
      Json.Obj object = item.object(nested);
      if (malformed == null && object != null) {
        malformed = ITEM.check(object, where);
      }
    }
    return malformed;
  }

  private static Fault fault(String where, String expected) {
    return Fault.of(Parsed.Malformed.message(where, expected));
  }
}
