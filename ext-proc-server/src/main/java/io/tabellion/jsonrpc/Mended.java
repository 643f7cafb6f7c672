package io.tabellion.jsonrpc;

import java.util.List;

/**
 * What a body turned out to be once it was mended.
 *
 * @param notes of each message, in their order; none if there is no message
 */
public record Mended(Parsed parsed, List<Notes> notes) {
  public Mended {
    notes = List.copyOf(notes);
  }

  /** Nothing that we read. */
  static Mended malformed(Parsed.Malformed malformed) {
    return new Mended(malformed, List.of());
  }
}
