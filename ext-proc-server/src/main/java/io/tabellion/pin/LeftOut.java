package io.tabellion.pin;

import java.time.Instant;

/**
 * One item of a server's list that clients do not get, because of what is wrong with the item
 * itself. What a policy hides, and tools in quarantine, are not left out in this sense.
 *
 * @param kind of the list: {@code tool}, {@code resource}, {@code resource-template}, {@code
 *     prompt}
 * @param name masked and capped; {@code item N} (from 0) where it has none that can be shown
 * @param seen when a server showed it last
 */
public record LeftOut(String server, String kind, String name, Reason reason, Instant seen) {

  /** Why: a closed set of words. */
  public enum Reason {
    NO_NAME("no-name", "it has no name, or no object"),
    NAME_TOO_LONG("name-too-long", "its name has more than 256 characters"),
    NAME_EDGE("name-blank", "its name begins or ends with a blank"),
    NAME_CONTROL(
        "name-control", "its name has control characters, or turns the direction of writing"),
    NAME_INVISIBLE("name-invisible", "its name has characters that nobody can see"),
    NAME_UNASSIGNED("name-unassigned", "its name has what is no character of Unicode"),
    SAME_NAME(
        "same-name", "another item has this name, or one that is equal but for case and form"),
    TOO_DEEP("too-deep", "it is nested deeper than limits.depth"),
    TWICE("duplicate-member", "an object in it has one member twice"),
    LOOKALIKE("look-alike", "one of its members only looks like a known one"),
    TOO_LONG("too-long", "a member name or a number in it is too long"),
    NO_ROOM("no-room", "no more tools of this server can be kept");

    private final String word;
    private final String text;

    Reason(String word, String text) {
      this.word = word;
      this.text = text;
    }

    /** The word in entries, in the API and in metrics. */
    public String word() {
      return word;
    }

    /** For people. */
    public String text() {
      return text;
    }
  }
}
