package io.tabellion.inspect;

import org.jspecify.annotations.Nullable;

/**
 * Where an exchange passes us.
 *
 * @param peer who speaks ext_proc to us
 * @param listener name of the listener configuration that identifies callers
 * @param server the MCP server by our name for it, null if the route does not say
 * @param requestId Envoy's {@code x-request-id}, null if unknown
 */
public record Hop(
    String peer, String listener, @Nullable String server, @Nullable String requestId) {}
