package io.tabellion.jsonrpc;

import com.google.protobuf.ByteString;

/**
 * Reads one JSON document (RFC 8259) strictly: what two parsers could understand differently is
 * malformed.
 *
 * <p>UTF-8 without byte order mark; no overlong form, encoded surrogate or lone surrogate; no
 * duplicate member at any depth; no comment, {@code NaN} or trailing comma; nothing but white space
 * around the document. Numbers keep their lexeme. Linear in the input, whatever the member names.
 *
 * <p>Immutable and thread-safe. Never throws on hostile input.
 */
public final class JsonReader {
  private final Limits limits;

  public JsonReader(Limits limits) {
    this.limits = limits;
  }

  /** Returns the document, or where it stops being one. */
  public Reading read(ByteString bytes) {
    return new JsonScanner(bytes.toByteArray(), limits, null).document();
  }
}
