package io.tabellion.mesh.check;

/** What a finding means for calls. The first is the worst. */
public enum Severity {
  /** Calls can reach the MCP server and nobody judges them. */
  OPEN("calls can pass unjudged"),
  /** Calls are refused, or end in an error. */
  BROKEN("calls fail"),
  /** The input does not show that it is right. */
  UNPROVED("the input does not show it"),
  /** Calls are judged, but something about them is not as it should be. */
  WEAK("calls are judged, but not as they should be");

  private final String meaning;

  Severity(String meaning) {
    this.meaning = meaning;
  }

  /** What it means, in words. */
  public String meaning() {
    return meaning;
  }
}
