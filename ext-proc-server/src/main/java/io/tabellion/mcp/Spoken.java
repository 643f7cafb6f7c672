package io.tabellion.mcp;

/** What a message is spoken in: a {@link Dialect}, or nothing that we accept. */
public sealed interface Spoken permits Dialect, Fault {}
