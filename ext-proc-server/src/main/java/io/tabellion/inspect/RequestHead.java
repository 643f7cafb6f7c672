package io.tabellion.inspect;

import io.tabellion.mcp.Headers;

/**
 * The head of an HTTP request as Envoy normalised it.
 *
 * @param method in upper case, as it came
 * @param hasQuery whether the path has a query
 * @param headers without the pseudo-headers
 */
public record RequestHead(String method, boolean hasQuery, Headers headers) {}
