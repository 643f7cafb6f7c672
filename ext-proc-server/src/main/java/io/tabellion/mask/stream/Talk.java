package io.tabellion.mask.stream;

import io.tabellion.jsonrpc.Json;

/** Kinds of messages of a stream: a text goes on in the next message of its kind, above all. */
public enum Talk {
  /** {@code notifications/message}. */
  LOG,
  /** {@code notifications/progress}. */
  PROGRESS,
  /** A result or error. */
  ANSWER,
  /** Another notification, or a request. */
  OTHER;

  static Talk of(Json message) {
    if (!(message instanceof Json.Obj object) || object.get("method") == null) {
      return ANSWER;
    }
    return switch (String.valueOf(object.text("method"))) {
      case "notifications/message" -> LOG;
      case "notifications/progress" -> PROGRESS;
      default -> OTHER;
    };
  }
}
