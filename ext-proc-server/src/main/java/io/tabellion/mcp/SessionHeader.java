package io.tabellion.mcp;

import java.util.List;

/** What the {@code Mcp-Session-Id} header of a message says (2025-03-26 basic/transports). */
public sealed interface SessionHeader {
  /** The header's name. */
  String NAME = "mcp-session-id";

  /** No session. */
  record Absent() implements SessionHeader {}

  /** One session id: visible ASCII. It is bearer-like and never recorded in clear. */
  record Present(String id) implements SessionHeader {}

  /**
   * Several values, or one that is no session id: refused, for servers differ in which they take.
   */
  record Unreadable(Fault fault) implements SessionHeader {}

  /** Reads the header. Never throws on hostile input. */
  static SessionHeader of(Headers headers) {
    List<String> values = headers.distinct(NAME);
    if (values.isEmpty()) {
      return new Absent();
    }
    if (values.size() == 1 && values.getFirst().matches("[\\x21-\\x7E]{1,8192}")) {
      return new Present(values.getFirst());
    }
    return new Unreadable(
        new Fault(
            Fault.Kind.SESSION_HEADER, NAME, "one value of 1 to 8192 visible ASCII characters"));
  }
}
