package io.tabellion.audit;

import java.util.Optional;

/** What a key of the log is for: the REASON fact of a {@code key.created}. */
enum KeyUse implements FactWord {
  LOG("log"),
  KEK("kek"),
  DIGEST("digest");

  private final String word;

  KeyUse(String word) {
    this.word = word;
  }

  /** Returns the one of this word; empty if there is none. */
  static Optional<KeyUse> of(String word) {
    return FactWord.find(values(), word);
  }

  @Override
  public String word() {
    return word;
  }
}
