package io.tabellion.pin;

/**
 * Whose list it is that shows a tool.
 *
 * @param caller digest of the principal that asked for it
 * @param revision of MCP that it is spoken in; empty if it is not known
 */
public record Source(String server, String caller, String revision) {}
