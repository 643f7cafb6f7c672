package io.tabellion.inspect;

import io.tabellion.mcp.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP answer.
 *
 * @param status 100 to 599
 * @param headers without the pseudo-headers
 * @param ends whether no body follows
 * @param ownDetails Envoy's reason if the answer is Envoy's own; null if it is the server's
 */
public record AnswerHead(int status, Headers headers, boolean ends, @Nullable String ownDetails) {}
