package io.tabellion.policy.cel;

/** What came of a condition. */
public sealed interface Result {

  /** It could be evaluated, or hangs on what is not known. */
  enum Plain implements Result {
    YES,
    NO,
    UNKNOWN
  }

  /** It could not be evaluated. */
  record Failed(Why why) implements Result {}
}
