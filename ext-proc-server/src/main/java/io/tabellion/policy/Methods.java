package io.tabellion.policy;

import io.tabellion.policy.Question.Direction;
import java.util.Set;

/** The methods that the policy knows by name (MCP 2024-11-05 to 2026-07-28). Thread-safe. */
public final class Methods {
  /** A GET of one's own session: the server's messages outside of answers. */
  static final String GET = "http/get";

  /** A DELETE of one's own session. */
  static final String DELETE = "http/delete";

  static final String TOOLS_CALL = "tools/call";
  static final String TASKS_RESULT = "tasks/result";

  /** What a conversation needs before anything is asked, and lists, whose items are judged. */
  private static final Set<String> PLUMBING =
      Set.of(
          "initialize",
          "server/discover",
          "notifications/initialized",
          "notifications/cancelled",
          "ping",
          "logging/setLevel",
          GET,
          DELETE,
          "tools/list",
          "prompts/list",
          "resources/list",
          "resources/templates/list");

  static final Set<String> KNOWN =
      Set.of(
          "initialize",
          "server/discover",
          "ping",
          "logging/setLevel",
          GET,
          DELETE,
          TOOLS_CALL,
          "tools/list",
          "prompts/get",
          "prompts/list",
          "resources/list",
          "resources/read",
          "resources/subscribe",
          "resources/templates/list",
          "resources/unsubscribe",
          "completion/complete",
          "subscriptions/listen",
          "sampling/createMessage",
          "elicitation/create",
          "roots/list",
          "tasks/get",
          "tasks/result",
          "tasks/list",
          "tasks/update",
          "tasks/cancel",
          "notifications/initialized",
          "notifications/cancelled",
          "notifications/progress",
          "notifications/message",
          "notifications/roots/list_changed",
          "notifications/tools/list_changed",
          "notifications/prompts/list_changed",
          "notifications/resources/list_changed",
          "notifications/resources/updated",
          "notifications/elicitation/complete",
          "notifications/tasks",
          "notifications/tasks/status",
          "notifications/subscriptions/acknowledged");

  private Methods() {}

  /**
   * Whether a message goes on where no rule matches: plumbing, answers, and what a server only
   * says. What a server asks of the client does not.
   */
  public static boolean openByDefault(Direction direction, String method) {
    return switch (direction) {
      case REQUEST -> PLUMBING.contains(method);
      case RESPONSE -> true;
      case SERVER_REQUEST -> method.equals("ping") || method.startsWith("notifications/");
    };
  }
}
