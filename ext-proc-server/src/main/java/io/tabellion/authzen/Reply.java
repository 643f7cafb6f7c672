package io.tabellion.authzen;

import io.tabellion.jsonrpc.Json;
import java.util.HashMap;
import java.util.Map;

/**
 * An answer.
 *
 * <p>Immutable and thread-safe.
 *
 * @param headers beside those that every answer has
 */
record Reply(int status, String type, Json body, Map<String, String> headers) {
  Reply {
    headers = Map.copyOf(headers);
  }

  static Reply json(Json body) {
    return new Reply(200, "application/json", body, Map.of());
  }

  Reply with(String name, String value) {
    Map<String, String> all = new HashMap<>(headers);
    all.put(name, value);
    return new Reply(status, type, body, all);
  }
}
