package io.tabellion.policy;

import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is put to the policy: one message and who sends it.
 *
 * @param direction which way the message goes
 * @param setting what is the same for all of an exchange
 * @param target what the message is about
 * @param tool what is known of the target's tool
 * @param args arguments of {@code tools/call} and {@code prompts/get}, of other methods the params;
 *     for an answer, those of its request
 * @param answer the answer, where the message is one
 * @param bytes of the message as it came; 0 if there is no message yet
 * @param unknown places that nobody knows, such as {@code args} or {@code args.sql}: a rule whose
 *     result hangs on one is neither met nor not met
 */
public record Question(
    Direction direction,
    Setting setting,
    Target target,
    ToolFacts tool,
    Json.Obj args,
    @Nullable Answer answer,
    long bytes,
    Set<String> unknown) {
  /** The place of all arguments. */
  public static final String ARGS = "args";

  /** The place of the URI of a resource. */
  public static final String URI = "resource.uri";

  /** The place of all that is known of the tool, its name too. */
  public static final String TOOL = "tool";

  /** The place of all that an answer says. */
  public static final String RESPONSE = "response";

  /** The place of the size of the message. */
  public static final String BYTES = "request.bytes";

  /**
   * A place that no condition reads: it is unknown in a message that goes no further whatever the
   * policy says, so that the message counts for no limit.
   */
  public static final String UNCOUNTED = "uncounted";

  public Question {
    unknown = Set.copyOf(unknown);
  }

  /**
   * The same about another spelling of its URI, in the arguments too.
   *
   * @param uri that servers may take it for
   */
  Question about(String uri) {
    String came = target.resource();
    Target other = new Target(target.method(), target.tool(), uri, target.prompt());
    boolean asked = came != null && came.equals(args.text("uri"));
    Json.Obj otherArgs = asked ? args.with("uri", new Json.Text(uri)) : args;
    return new Question(direction, setting, other, tool, otherArgs, answer, bytes, unknown);
  }

  /** Whether nothing of it is unknown. */
  public boolean complete() {
    return unknown.isEmpty();
  }

  /** Which way, and whether it asks or answers. */
  public enum Direction {
    /** Client to server: requests and notifications. */
    REQUEST,
    /** Server to client: the answer to a client's request. */
    RESPONSE,
    /** Server to client: the server's own requests. */
    SERVER_REQUEST
  }

  /**
   * What is the same for all messages of an exchange.
   *
   * @param server the MCP server by our name for it
   * @param era {@code session} or {@code stateless}
   * @param version revision of MCP, empty if it is not known
   * @param conversation keyed digest that messages of one conversation share; empty before it is
   *     known
   */
  public record Setting(
      Caller caller, String server, String era, String version, String conversation, Instant now) {}

  /**
   * What a message is about.
   *
   * @param method the JSON-RPC method; for an answer, that of its request
   * @param tool of {@code tools/call} and its answer, else null
   * @param resource URI of resources methods, else null
   * @param prompt name of prompts methods, else null
   */
  public record Target(
      String method, @Nullable String tool, @Nullable String resource, @Nullable String prompt) {}

  /**
   * An answer: one of the two is there.
   *
   * @param result of a request that succeeded
   * @param error of one that failed
   * @param suspicions what looks wrong in texts that it has for a model (docs/pins.md)
   */
  public record Answer(@Nullable Json result, Json.@Nullable Obj error, List<String> suspicions) {}
}
