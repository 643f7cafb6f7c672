package io.tabellion.inspect;

import io.tabellion.audit.Executed;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What an answer that is no result shows of the execution of a request. Pure.
 *
 * <p>Only a result shows that it was executed. That it was not is shown by what is answered before
 * a request is dispatched; all else leaves it open.
 */
final class Execution {
  /**
   * Statuses of what is refused before it is dispatched (RFC 9110 §15, RFC 6585, MCP transport).
   */
  private static final Set<Integer> BEFORE =
      Set.of(301, 307, 308, 401, 403, 404, 405, 406, 411, 413, 414, 415, 417, 421, 426, 429, 431);

  /** JSON-RPC codes of what is refused before it is dispatched: not read, no request, no method. */
  private static final Set<String> NOT_DISPATCHED = Set.of("-32700", "-32600", "-32601");

  private static final int ERRORS = 400;
  private static final int FAILURES = 500;

  private Execution() {}

  /** Of an HTTP answer without a message that answers the request. */
  static Executed ofStatus(int status) {
    return BEFORE.contains(status) ? Executed.NO : Executed.UNKNOWN;
  }

  /** Of a message that answers the request, with this HTTP status. */
  static Executed ofMessage(Envelope message, int status) {
    if (!(message instanceof Envelope.Failure failure)) {
      return Executed.YES;
    }
    boolean refused =
        failure.error().get("code") instanceof Json.Num(String code)
            && NOT_DISPATCHED.contains(code);
    boolean client = status >= ERRORS && status < FAILURES;
    return refused || (client && BEFORE.contains(status)) ? Executed.NO : Executed.UNKNOWN;
  }

  /**
   * Why Envoy answered by itself a request that had left us.
   *
   * @param word completes "the MCP server could not be reached (…)"
   */
  record Local(Executed executed, String word) {}

  private record Known(String part, Local local) {}

  /** Parts of Envoy's response code details, the first that is found counts. */
  private static final List<Known> LOCAL =
      List.of(
          known("connection_refused", Executed.NO, "connection refused"),
          known("connect_error:_111", Executed.NO, "connection refused"),
          known("tls_error", Executed.NO, "the TLS handshake failed"),
          known("no_healthy_upstream", Executed.NO, "its address is unknown or not healthy"),
          known("cluster_not_found", Executed.NO, "Envoy has no cluster for it"),
          known("no_cluster", Executed.NO, "Envoy has no cluster for it"),
          known("route_not_found", Executed.NO, "Envoy has no route to it"),
          known("overflow", Executed.NO, "too many requests wait for it"),
          known("connection_timeout", Executed.NO, "no connection in time"),
          known("connect_timeout", Executed.NO, "no connection in time"),
          known("connection_failure", Executed.NO, "no connection"),
          known("rbac_access_denied", Executed.NO, "Envoy refused the request"),
          known("maintenance_mode", Executed.NO, "Envoy keeps requests from it"),
          known("timeout", Executed.UNKNOWN, "no answer in time"),
          known("termination", Executed.UNKNOWN, "the connection broke before the answer"),
          known("reset", Executed.UNKNOWN, "the connection broke before the answer"));

  private static Known known(String part, Executed executed, String word) {
    return new Known(part, new Local(executed, word));
  }

  /** What Envoy's response code details say. */
  static Local ofEnvoy(String details) {
    String lower = details.toLowerCase(Locale.ROOT);
    return LOCAL.stream()
        .filter(known -> lower.contains(known.part))
        .findFirst()
        .map(Known::local)
        .orElse(new Local(Executed.UNKNOWN, "Envoy answered by itself"));
  }
}
