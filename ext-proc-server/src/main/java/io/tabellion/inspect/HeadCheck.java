package io.tabellion.inspect;

import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.Headers;
import io.tabellion.mcp.MediaType;
import io.tabellion.mcp.SessionHeader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request's head alone is refused for. Pure. */
final class HeadCheck {
  private static final Set<String> METHODS = Set.of("POST", "GET", "DELETE");

  private HeadCheck() {}

  /** Returns what is wrong, null if nothing is. */
  static @Nullable Fault check(Hop hop, RequestHead head) {
    Headers headers = head.headers();
    if (hop.server() == null) {
      return new Fault(Fault.Kind.NO_SERVER, "route", "mcp/ and the server's name");
    }
    if (headers.all().stream().anyMatch(HeadCheck::repeats)) {
      return new Fault(Fault.Kind.RETRY_HEADERS, "x-envoy-*", "no header that repeats a request");
    }
    if (!headers.values("upgrade").isEmpty() || overrides(headers)) {
      return new Fault(Fault.Kind.NOT_A_MESSAGE, "headers", "no upgrade and no other method");
    }
    if (head.hasQuery()) {
      return new Fault(Fault.Kind.NOT_A_MESSAGE, "path", "no query");
    }
    if (!METHODS.contains(head.method())) {
      return new Fault(Fault.Kind.HTTP_METHOD, "method", "POST, GET or DELETE");
    }
    if (SessionHeader.of(headers) instanceof SessionHeader.Unreadable(Fault fault)) {
      return fault;
    }
    return head.method().equals("POST") ? body(headers) : session(headers);
  }

  private static @Nullable Fault body(Headers headers) {
    if (MediaType.of(headers) != MediaType.JSON) {
      return new Fault(Fault.Kind.MEDIA_TYPE, "content-type", "application/json in UTF-8");
    }
    return MediaType.isPlain(headers)
        ? null
        : new Fault(Fault.Kind.CONTENT_ENCODING, "content-encoding", "none");
  }

  /** GET without a session is the transport of 2024-11-05, or of a server without streams. */
  private static @Nullable Fault session(Headers headers) {
    return SessionHeader.of(headers) instanceof SessionHeader.Present
        ? null
        : new Fault(Fault.Kind.HTTP_METHOD, "method", "POST outside of a session");
  }

  /** Where Envoy trusts them, one intent would become several executions. */
  private static boolean repeats(Header header) {
    String name = header.name();
    return name.startsWith("x-envoy-retry-")
        || name.startsWith("x-envoy-hedge-")
        || name.startsWith("x-envoy-upstream-rq-")
        || name.equals("x-envoy-max-retries");
  }

  private static boolean overrides(Headers headers) {
    return !headers.values("x-http-method-override").isEmpty()
        || !headers.values("x-http-method").isEmpty()
        || !headers.values("x-method-override").isEmpty();
  }
}
