package io.tabellion.inspect;

import io.tabellion.jsonrpc.Repair;
import io.tabellion.mcp.Headers;
import io.tabellion.mcp.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP answer.
 *
 * @param status 100 to 599
 * @param headers without the pseudo-headers
 * @param ends whether no body follows
 * @param ownDetails Envoy's reason if the answer is Envoy's own; null if it is the server's
 */
public record AnswerHead(int status, Headers headers, boolean ends, @Nullable String ownDetails) {
  /** What goes on otherwise than it came, because it says the same so. */
  List<Repair> repairs() {
    return MediaType.isOdd(headers)
        ? List.of(Repair.ofHeader(Repair.Kind.CONTENT_TYPE, "content-type"))
        : List.of();
  }
}
