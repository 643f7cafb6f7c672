package io.tabellion.mcp;

import io.tabellion.jsonrpc.Parsed;

/**
 * Why a message is not accepted, before any policy is asked. A value, for hostile input is no
 * exception.
 *
 * @param where a header name, or a place in the body as {@link Parsed.Malformed} has it; never
 *     content
 * @param expected what was expected there; never content
 */
public record Fault(Kind kind, String where, String expected) implements Spoken, Meaning {

  /** Kinds of faults, each with the word in the record and what is answered. */
  public enum Kind {
    /** The body is no strict JSON. */
    NOT_JSON("not-json", 400, -32700),
    /** The body is no message that we accept. */
    NOT_A_MESSAGE("not-a-message", 400, -32600),
    /** A batch where the revision of the session has none. */
    BATCH("batch", 400, -32600),
    /** A header contradicts the body, is missing, or stands twice (2026-07-28). */
    HEADER_MISMATCH("header-mismatch", 400, -32020),
    /** The header announces the stateless era, the body lacks what that era requires. */
    META_MISSING("meta-missing", 400, -32602),
    /** A revision that we do not know. */
    REVISION("revision", 400, -32022),
    /** A method that the era has not. */
    NO_SUCH_METHOD("no-such-method", 404, -32601),
    /** A name that no tool can have, or that cannot be told from that of another tool. */
    TOOL_NAME("tool-name", 200, -32602),
    /** What a resource is named by is no URI that every server reads in one way. */
    RESOURCE_URI("resource-uri", 200, -32602),
    /** Arguments that are not as the accepted schema of the tool has them. */
    ARGUMENTS("arguments", 200, -32602),
    /** A state of ours that does not belong to the request. */
    REQUEST_STATE("request-state", 200, -32602),
    /** The session header is no single session id. */
    SESSION_HEADER("session-header", 400, -32600),
    /** A session that we do not know, or of somebody else. */
    UNKNOWN_SESSION("unknown-session", 404, -32001),
    /** Not {@code application/json}, or not UTF-8. */
    MEDIA_TYPE("media-type", 415, -32600),
    /** An encoded body. */
    CONTENT_ENCODING("content-encoding", 415, -32600),
    /** Headers that make Envoy repeat a request. */
    RETRY_HEADERS("retry-headers", 400, -32600),
    /** An HTTP method that the endpoint has not, or the HTTP+SSE transport of 2024-11-05. */
    HTTP_METHOD("http-method", 405, -32600),
    /** A request body over the limit. */
    TOO_LARGE("too-large", 413, 41301),
    /** A request body that took too long to arrive. */
    TOO_SLOW("too-slow", 408, -32600),
    /** No verified caller where one is required. */
    NO_CALLER("no-caller", 403, 40301),
    /** No MCP server is known by the name that the route gives. */
    NO_SERVER("no-server", 403, 40301),
    /** We cannot record, or are going down. */
    UNAVAILABLE("unavailable", 503, 50301),
    /** The budget of the caller or the server has too little left. */
    OVER_BUDGET("over-budget", 429, 42901);

    private final String word;
    private final int status;
    private final int code;

    Kind(String word, int status, int code) {
      this.word = word;
      this.status = status;
      this.code = code;
    }

    /** The word in the record and in metrics. */
    public String word() {
      return word;
    }

    /** HTTP status of the answer. */
    public int status() {
      return status;
    }

    /** JSON-RPC code of the answer. */
    public int code() {
      return code;
    }
  }

  /** Returns the fault of a body that could not be read. */
  public static Fault of(Parsed.Malformed malformed) {
    Kind kind = malformed.code() == Parsed.Malformed.NOT_JSON ? Kind.NOT_JSON : Kind.NOT_A_MESSAGE;
    return new Fault(kind, malformed.where(), malformed.expected());
  }
}
