package io.tabellion.jsonrpc;

import java.util.List;

/**
 * Something in a message of a server that has no safe reading, where the rest of the message can be
 * read. What holds it must not go on.
 *
 * @param place names and numbers from the root of the message to the value; empty is the root
 * @param expected what was expected there, with the limit if it is one; never content
 */
public record Flaw(Kind kind, List<String> place, String expected) {
  public Flaw {
    place = List.copyOf(place);
  }

  /** What is wrong: a closed set. */
  public enum Kind {
    /** Nested deeper than the limit; in its place stands null. */
    TOO_DEEP,
    /** An object has one member twice; the first is in the tree. */
    TWICE,
    /** The name of a member, or a number, is longer than the limit. */
    TOO_LONG
  }
}
