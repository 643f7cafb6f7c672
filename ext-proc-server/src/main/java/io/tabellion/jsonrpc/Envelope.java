package io.tabellion.jsonrpc;

import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC 2.0 object: exactly one of request, notification, result, error.
 *
 * <p>Each case keeps the whole object as {@code tree}; what is sent on is written from it.
 */
public sealed interface Envelope {

  /** The whole object as it was read. */
  Json.Obj tree();

  /** A call that wants an answer. */
  record Request(RequestId id, String method, Json.@Nullable Obj params, Json.Obj tree)
      implements Envelope {}

  /** A call that wants none. */
  record Notification(String method, Json.@Nullable Obj params, Json.Obj tree)
      implements Envelope {}

  /** A successful answer. */
  record Result(RequestId id, Json result, Json.Obj tree) implements Envelope {}

  /** A failed answer; the id is null where the request could not be read. */
  record Failure(@Nullable RequestId id, Json.Obj error, Json.Obj tree) implements Envelope {}
}
