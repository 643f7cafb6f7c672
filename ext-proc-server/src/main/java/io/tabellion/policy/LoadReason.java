package io.tabellion.policy;

import io.tabellion.audit.FactWord;
import java.util.Optional;

/** Why an entry tells of a policy file: the REASON fact of a {@code policy.loaded}. */
public enum LoadReason implements FactWord {
  /** The server started with it. */
  START("start"),
  /** The file was changed. */
  CHANGED("changed"),
  /** The file was changed, and cannot be used. */
  REFUSED("refused"),
  /** A candidate is compared from here. */
  CANDIDATE("candidate"),
  /** A candidate cannot be used. */
  CANDIDATE_REFUSED("candidate-refused"),
  /** A candidate is no longer there. */
  CANDIDATE_REMOVED("candidate-removed");

  private final String word;

  LoadReason(String word) {
    this.word = word;
  }

  /** Returns the one of this word; empty if there is none. */
  public static Optional<LoadReason> of(String word) {
    return FactWord.find(values(), word);
  }

  @Override
  public String word() {
    return word;
  }
}
