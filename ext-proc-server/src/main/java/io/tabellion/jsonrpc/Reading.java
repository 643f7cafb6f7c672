package io.tabellion.jsonrpc;

/** What bytes turned out to be as JSON: a document, or {@link Parsed.Malformed}. */
public sealed interface Reading permits Reading.Document, Parsed.Malformed {

  /** One JSON document. */
  record Document(Json value) implements Reading {}
}
