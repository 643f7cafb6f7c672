package io.tabellion.pin;

/**
 * What it means that a server showed a tool.
 *
 * @param pin as it is now
 * @param definition that it is about, as it is kept
 * @param change against what was known
 */
public record Sighting(Pin pin, Definition definition, Change change) {

  /** What is new. */
  public enum Change {
    /** Nothing. */
    NONE,
    /** The tool was never seen before, and is accepted with this definition. */
    FIRST,
    /** The definition is not the accepted one, or not the one that waited already. */
    CHANGED,
    /** The accepted definition is back. */
    RESTORED,
    /** There is no room for more tools of this server; nothing is kept of it. */
    NO_ROOM
  }

  /** Whether callers may see the tool as it was shown. */
  public boolean shown() {
    return change != Change.NO_ROOM && !pin.quarantined();
  }
}
