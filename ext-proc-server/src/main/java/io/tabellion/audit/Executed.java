package io.tabellion.audit;

import java.util.Optional;

/** What is known of the execution of a request: the closed set of the EXECUTED fact. */
public enum Executed implements FactWord {
  /** It was executed. */
  YES("yes"),
  /** It was not. */
  NO("no"),
  /** Nobody can say. */
  UNKNOWN("unknown");

  private final String word;

  Executed(String word) {
    this.word = word;
  }

  /** Returns the one of this word; empty if there is none. */
  public static Optional<Executed> of(String word) {
    return FactWord.find(values(), word);
  }

  @Override
  public String word() {
    return word;
  }
}
