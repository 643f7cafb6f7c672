package io.tabellion.audit;

import java.util.Optional;

/** What was decided to do with a message or a file: the closed set of the DECISION fact. */
public enum Disposition implements FactWord {
  /** It went on, or is in force. */
  ALLOWED("allowed"),
  /** The policy did not let the request on. */
  DENIED("denied"),
  /** It was none that is accepted, whatever the policy says. */
  REFUSED("refused"),
  /** A part of it went on; this version says that in other facts. */
  FILTERED("filtered"),
  /** It went nowhere, and nothing stands in its place. */
  DROPPED("dropped"),
  /** Words of ours went on in its place. */
  WITHHELD("withheld"),
  /** The definition of a tool waits for an operator. */
  QUARANTINED("quarantined"),
  /** It is not known; this version always knows. */
  UNKNOWN("unknown");

  private final String word;

  Disposition(String word) {
    this.word = word;
  }

  /** Returns the one of this word; empty if there is none. */
  public static Optional<Disposition> of(String word) {
    return FactWord.find(values(), word);
  }

  @Override
  public String word() {
    return word;
  }
}
