package io.tabellion.policy;

import io.tabellion.jsonrpc.Json;

/**
 * A tool whose definition was accepted.
 *
 * @param server the MCP server by our name for it
 * @param name of the tool
 * @param schema its {@code inputSchema}
 */
public record KnownTool(String server, String name, Json.Obj schema) {}
