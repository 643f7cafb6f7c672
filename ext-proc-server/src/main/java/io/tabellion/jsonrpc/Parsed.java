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
   * @param where the place: {@code byte N}, or a JSON Pointer as URI fragment (RFC 6901 §6; {@code
   *     #} is the whole) that names known members only; never content
   * @param expected what was expected there; never content
   */
  record Malformed(int code, String where, String expected) implements Parsed, Reading {
    /** JSON-RPC: the bytes are no JSON. */
    public static final int NOT_JSON = -32700;

    /** JSON-RPC: JSON, but no message that we accept. */
    public static final int NOT_A_MESSAGE = -32600;

    /** Returns that a message was expected to be otherwise at the place. */
    public static Malformed message(String where, String expected) {
      return new Malformed(NOT_A_MESSAGE, where, expected);
    }
  }
}
