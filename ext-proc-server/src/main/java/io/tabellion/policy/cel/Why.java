package io.tabellion.policy.cel;

import dev.cel.common.CelErrorCode;

/** Why a condition could not be evaluated: a closed set of words. */
public enum Why {
  /** It reads what is not there. */
  ABSENT("absent"),
  /** A value is of another type than it takes. */
  TYPE("type"),
  /** An argument whose name a server could take for another one that is there, too. */
  LOOKALIKE("look-alike"),
  /** A number that has no exact value, or a result that has none. */
  NUMBER("number"),
  /** It would take more work than a condition, or all of a message, may: see docs/policy.md. */
  WORK("work"),
  /** It ran for so long that the last defence ended it; no policy should ever see it. */
  WALL_CLOCK("wall-clock"),
  /** Anything else. */
  OTHER("other");

  private final String text;

  Why(String text) {
    this.text = text;
  }

  /** The word in entries. */
  public String text() {
    return text;
  }

  static Why of(CelErrorCode code) {
    return switch (code) {
      case ATTRIBUTE_NOT_FOUND, INDEX_OUT_OF_BOUNDS -> ABSENT;
      case OVERLOAD_NOT_FOUND, AMBIGUOUS_OVERLOAD, INVALID_ARGUMENT, BAD_FORMAT, INTERNAL_ERROR ->
          TYPE;
      case NUMERIC_OVERFLOW, DIVIDE_BY_ZERO -> NUMBER;
      case ITERATION_BUDGET_EXCEEDED -> WORK;
      case TYPE_NOT_FOUND, DUPLICATE_ATTRIBUTE -> OTHER;
    };
  }
}
