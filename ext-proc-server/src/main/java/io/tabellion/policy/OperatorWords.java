package io.tabellion.policy;

import io.tabellion.mask.rule.Operator;
import java.util.Optional;

/** The operators that a word names, in policies and on the command line. */
public final class OperatorWords {
  private OperatorWords() {}

  /** Returns the operator of this word; empty if it names none, or one that needs more. */
  public static Optional<Operator> of(String word) {
    return Optional.ofNullable(
        switch (word) {
          case "redact" -> new Operator.Redact();
          case "hash" -> new Operator.Hash();
          case "pseudonym" -> new Operator.Pseudonym();
          case "token" -> new Operator.Token();
          case "formatPreserving" -> new Operator.FormatPreserving();
          default -> null;
        });
  }
}
