package io.tabellion.authzen;

import io.tabellion.jsonrpc.Json;
import io.tabellion.trail.TrailException;
import java.util.Map;

/**
 * The one place where failures become HTTP answers: problem details (RFC 9457). Where the Access
 * Request and Approval Profile defines a type, it is used.
 *
 * <p>Pure and thread-safe.
 */
final class Problems {
  static final String UNKNOWN_TASK = "urn:openid:authzen:access-request:error:unknown_task";
  static final String INVALID_STATE = "urn:openid:authzen:access-request:error:invalid_task_state";

  private static final String BLANK = "about:blank";
  private static final String BEARER = "Bearer realm=\"tabellion\"";

  private Problems() {}

  static Reply of(TrailException failure) {
    String text = failure.text();
    return switch (failure.code()) {
      case INVALID -> problem(400, BLANK, "Bad request", text);
      case NOT_FOUND -> problem(404, UNKNOWN_TASK, "Unknown request", text);
      case PRECONDITION ->
          problem(409, text.startsWith("state:") ? INVALID_STATE : BLANK, "Not possible now", text);
      case UNAUTHENTICATED ->
          problem(401, BLANK, "Not signed in", text)
              .with("www-authenticate", BEARER + ", error=\"invalid_token\"");
      case DENIED -> problem(403, BLANK, "Not allowed", text);
      case EXHAUSTED -> problem(429, BLANK, "Too much at once", text).with("retry-after", "1");
      case TOO_LONG -> problem(504, BLANK, "Took too long", text);
      case CANCELLED -> problem(503, BLANK, "Cancelled", text);
      case UNAVAILABLE -> problem(503, BLANK, "Not available", text).with("retry-after", "5");
      case INTERNAL -> problem(500, BLANK, "Failed", text);
    };
  }

  /** Nobody said who they are. */
  static Reply unauthenticated() {
    return problem(
            401,
            BLANK,
            "Not signed in",
            "authorization: not there (expected: Bearer TOKEN, as for the gRPC API)")
        .with("www-authenticate", BEARER);
  }

  static Reply notAllowed(String allowed) {
    return problem(405, BLANK, "Another method", "method: another (expected: " + allowed + ")")
        .with("allow", allowed);
  }

  static Reply problem(int status, String type, String title, String detail) {
    Json.Obj body =
        Json.Obj.EMPTY
            .with("type", new Json.Text(type))
            .with("title", new Json.Text(title))
            .with("status", Json.Num.of(status))
            .with("detail", new Json.Text(detail));
    return new Reply(status, "application/problem+json", body, Map.of());
  }
}
