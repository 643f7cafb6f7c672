package io.tabellion.audit;

import java.util.Optional;

/** What came of a request that was let on: the closed set of the OUTCOME fact. */
public enum Outcome implements FactWord {
  /** A result, or nothing where nothing was to come. */
  OK("ok"),
  /** A result in which the tool says that it failed. */
  TOOL_ERROR("tool_error"),
  /** A JSON-RPC error. */
  RPC_ERROR("rpc_error"),
  /** An HTTP error without an answer in it. */
  HTTP_ERROR("http_error"),
  /** No answer was let through before the exchange ended. */
  NOT_RELEASED("not_released"),
  /** An answer came, and words of ours went on in its place. */
  WITHHELD("withheld"),
  /** The writer ended before the exchange did. */
  UNKNOWN("unknown");

  private final String word;

  Outcome(String word) {
    this.word = word;
  }

  /** Returns the one of this word; empty if there is none. */
  public static Optional<Outcome> of(String word) {
    return FactWord.find(values(), word);
  }

  @Override
  public String word() {
    return word;
  }
}
