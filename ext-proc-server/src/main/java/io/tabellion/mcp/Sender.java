package io.tabellion.mcp;

/** Who sends a message. */
public enum Sender {
  CLIENT,
  SERVER
}
