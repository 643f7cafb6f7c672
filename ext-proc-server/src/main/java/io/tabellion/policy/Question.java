package io.tabellion.policy;

import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * What is put to the policy: one message and who sends it.
 *
 * @param direction which way the message goes
 * @param server the MCP server by our name for it
 * @param method the JSON-RPC method; for an answer, that of its request
 * @param tool of {@code tools/call} and its answer, else null
 * @param resource URI of resources methods, else null
 * @param prompt name of prompts methods, else null
 * @param message the message; null while a list is filtered, where arguments are unknown
 */
public record Question(
    Direction direction,
    Caller caller,
    String server,
    String method,
    @Nullable String tool,
    @Nullable String resource,
    @Nullable String prompt,
    @Nullable Envelope message) {

  /** Which way, and whether it asks or answers. */
  public enum Direction {
    /** Client to server: requests and notifications. */
    REQUEST,
    /** Server to client: the answer to a client's request. */
    RESPONSE,
    /** Server to client: the server's own requests. */
    SERVER_REQUEST
  }
}
