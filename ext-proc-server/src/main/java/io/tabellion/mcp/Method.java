package io.tabellion.mcp;

import io.tabellion.jsonrpc.KnownMembers;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A method of MCP, 2024-11-05 to 2026-07-28 with the Tasks extension (schema.ts of each revision).
 */
public enum Method {
  INITIALIZE("initialize", From.CLIENT, "protocolVersion", "capabilities", "clientInfo"),
  PING("ping", From.BOTH),
  DISCOVER("server/discover", From.CLIENT),
  TOOLS_LIST("tools/list", From.CLIENT, "cursor"),
  TOOLS_CALL(
      "tools/call", From.CLIENT, "name", "arguments", "task", "inputResponses", "requestState"),
  RESOURCES_LIST("resources/list", From.CLIENT, "cursor"),
  RESOURCE_TEMPLATES_LIST("resources/templates/list", From.CLIENT, "cursor"),
  RESOURCES_READ("resources/read", From.CLIENT, "uri", "inputResponses", "requestState"),
  RESOURCES_SUBSCRIBE("resources/subscribe", From.CLIENT, "uri"),
  RESOURCES_UNSUBSCRIBE("resources/unsubscribe", From.CLIENT, "uri"),
  PROMPTS_LIST("prompts/list", From.CLIENT, "cursor"),
  PROMPTS_GET("prompts/get", From.CLIENT, "name", "arguments", "inputResponses", "requestState"),
  COMPLETE("completion/complete", From.CLIENT, "ref", "argument", "context"),
  SET_LEVEL("logging/setLevel", From.CLIENT, "level"),
  LISTEN("subscriptions/listen", From.CLIENT, "notifications", "taskIds"),
  TASKS_GET("tasks/get", From.BOTH, "taskId"),
  TASKS_RESULT("tasks/result", From.BOTH, "taskId"),
  TASKS_LIST("tasks/list", From.BOTH, "cursor"),
  TASKS_CANCEL("tasks/cancel", From.BOTH, "taskId"),
  TASKS_UPDATE("tasks/update", From.CLIENT, "taskId", "inputResponses"),
  SAMPLING(
      "sampling/createMessage",
      From.SERVER,
      "messages",
      "modelPreferences",
      "systemPrompt",
      "includeContext",
      "temperature",
      "maxTokens",
      "stopSequences",
      "metadata",
      "tools",
      "toolChoice",
      "task"),
  ELICITATION(
      "elicitation/create",
      From.SERVER,
      "mode",
      "message",
      "requestedSchema",
      "url",
      "elicitationId",
      "task"),
  ROOTS("roots/list", From.SERVER),
  INITIALIZED("notifications/initialized", From.CLIENT),
  ROOTS_CHANGED("notifications/roots/list_changed", From.CLIENT),
  CANCELLED("notifications/cancelled", From.BOTH, "requestId", "reason"),
  PROGRESS("notifications/progress", From.BOTH, "progressToken", "progress", "total", "message"),
  TASK_STATUS("notifications/tasks/status", From.BOTH, "taskId", "status", "statusMessage"),
  TASK("notifications/tasks", From.SERVER, "taskId", "status", "statusMessage", "result", "error"),
  LOG("notifications/message", From.SERVER, "level", "logger", "data"),
  TOOLS_CHANGED("notifications/tools/list_changed", From.SERVER),
  PROMPTS_CHANGED("notifications/prompts/list_changed", From.SERVER),
  RESOURCES_CHANGED("notifications/resources/list_changed", From.SERVER),
  RESOURCE_UPDATED("notifications/resources/updated", From.SERVER, "uri"),
  ELICITATION_COMPLETE("notifications/elicitation/complete", From.SERVER, "elicitationId"),
  ACKNOWLEDGED("notifications/subscriptions/acknowledged", From.SERVER, "notifications");

  private static final Map<String, Method> BY_TEXT =
      Arrays.stream(values()).collect(Collectors.toMap(Method::text, Function.identity()));
  private static final KnownMembers TEXTS =
      KnownMembers.of(Arrays.stream(values()).map(Method::text).toArray(String[]::new));

  private final String text;
  private final From from;

  @SuppressWarnings("ImmutableEnumChecker") // KnownMembers is immutable
  private final KnownMembers params;

  Method(String text, From from, String... params) {
    this.text = text;
    this.from = from;
    this.params = KnownMembers.of(params).and(KnownMembers.of("_meta"));
  }

  /** Returns the method of that name which {@code sender} may use, if MCP has it. */
  public static Optional<Method> of(String text, Sender sender) {
    return Optional.ofNullable(BY_TEXT.get(text)).filter(method -> method.isFrom(sender));
  }

  /** Whether a lenient reader could take the name for that of a known method. */
  static boolean isLookalike(String text) {
    return TEXTS.isLookalike(text);
  }

  /** The method as it stands in messages. */
  public String text() {
    return text;
  }

  /** Whether the method is a notification; else it is a request and must have an id. */
  public boolean isNotification() {
    return text.startsWith("notifications/");
  }

  /** Whether the sender may use the method. */
  public boolean isFrom(Sender sender) {
    return from == From.BOTH || from.name().equals(sender.name());
  }

  /** The members that its params are known to have. */
  KnownMembers params() {
    return params;
  }

  /** The param that the header {@code Mcp-Name} mirrors (2026-07-28), or null. */
  @Nullable String mirrored() {
    return switch (this) {
      case TOOLS_CALL, PROMPTS_GET -> "name";
      case RESOURCES_READ -> "uri";
      case TASKS_GET, TASKS_UPDATE, TASKS_CANCEL -> "taskId";
      default -> null;
    };
  }

  private enum From {
    CLIENT,
    SERVER,
    BOTH
  }
}
