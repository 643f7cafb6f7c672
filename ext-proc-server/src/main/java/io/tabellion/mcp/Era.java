package io.tabellion.mcp;

/** The two kinds of MCP over HTTP. */
public enum Era {
  /** Revisions up to 2025-11-25: {@code initialize}, sessions, streams in both directions. */
  SESSION("session"),
  /** Revision 2026-07-28 and later: every request stands alone, described by mirrored headers. */
  STATELESS("stateless");

  private final String text;

  Era(String text) {
    this.text = text;
  }

  /** The word in the record. */
  public String text() {
    return text;
  }
}
