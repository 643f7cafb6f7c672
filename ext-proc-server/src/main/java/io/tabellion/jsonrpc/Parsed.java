package io.tabellion.jsonrpc;

import java.util.List;

/** What a body turned out to be. Hostile input is a value here, never an exception. */
public sealed interface Parsed {

  /** One JSON-RPC object. */
  record Single(Envelope envelope) implements Parsed {}

  /** A JSON array of at least one JSON-RPC object (a batch, MCP 2025-03-26 only). */
  record Batch(List<Envelope> envelopes) implements Parsed {
    public Batch {
      envelopes = List.copyOf(envelopes);
    }
  }

  /**
   * No message that we read.
   *
   * @param code the JSON-RPC code of the answer: -32700 not JSON, -32600 not a message
   * @param where the place, as a JSON Pointer or {@code byte N}; never content
   * @param expected what was expected there; never content
   */
  record Malformed(int code, String where, String expected) implements Parsed {}
}
