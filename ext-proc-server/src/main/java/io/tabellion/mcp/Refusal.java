package io.tabellion.mcp;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP answer of ours in place of the server's.
 *
 * @param status HTTP status
 * @param message the body: a JSON-RPC object, or an array of them; null for none
 * @param more header fields beside those that every refusal has
 */
public record Refusal(int status, @Nullable Json message, List<Header> more) {
  private static final Header JSON = new Header("content-type", "application/json");
  private static final Header NO_STORE = new Header("cache-control", "no-store");

  public Refusal {
    more = List.copyOf(more);
  }

  static Refusal of(int status, Json message) {
    return new Refusal(status, message, List.of());
  }

  /** The header fields of the answer; all others of the upstream's answer go. */
  public List<Header> headers() {
    List<Header> headers = new ArrayList<>();
    headers.add(NO_STORE);
    if (message != null) {
      headers.add(JSON);
    }
    headers.addAll(more);
    return headers;
  }

  /** The body of the answer, or the data of its event in a stream; may be empty. */
  public ByteString body() {
    return message == null ? ByteString.EMPTY : JsonWriter.write(message);
  }
}
