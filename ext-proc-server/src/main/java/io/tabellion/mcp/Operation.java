package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.RequestId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one request or notification asks for.
 *
 * @param sender who asks
 * @param method the JSON-RPC method as it came
 * @param known the method, if MCP has it in this direction; else the policy's default decides
 * @param id null for a notification
 * @param tool of {@code tools/call}, a name that can be seen as it is
 * @param resource URI of a resource that is read, subscribed to or completed
 * @param prompt name of a prompt that is got or completed
 * @param task id of a task: bearer-like, not for the record in clear
 * @param params empty if the message has none
 */
public record Operation(
    Sender sender,
    String method,
    @Nullable Method known,
    @Nullable RequestId id,
    @Nullable String tool,
    @Nullable String resource,
    @Nullable String prompt,
    @Nullable String task,
    Json.Obj params)
    implements Meaning {

  /**
   * Returns the URIs of all resources that it names: those that it subscribes to, and for a
   * completion the one that its template comes to.
   */
  public List<String> resources() {
    return NamedResources.of(this);
  }

  /** Whether no answer is wanted. */
  public boolean isNotification() {
    return id == null;
  }

  /** The same without what it was asked with. */
  public Operation withoutParams() {
    return new Operation(sender, method, known, id, tool, resource, prompt, task, Json.Obj.EMPTY);
  }

  public boolean isToolCall() {
    return known == Method.TOOLS_CALL;
  }

  /** What the sender wants progress of this to be told with; null if it wants none. */
  public @Nullable Json progressToken() {
    return Meta.of(params).get("progressToken");
  }

  /** The tasks that this is about, and that it says it is related to. */
  public List<String> tasks() {
    Json.Obj related = Meta.of(params).object(Meta.RELATED_TASK);
    String other = related == null ? null : related.text("taskId");
    return Stream.of(task, other).filter(Objects::nonNull).distinct().toList();
  }

  /** Returns the value that {@code Mcp-Name} mirrors, or null where the method has none. */
  public @Nullable String name() {
    if (known == null) {
      return null;
    }
    return switch (known.mirrored()) {
      case null -> null;
      case String member -> params.text(member);
    };
  }
}
