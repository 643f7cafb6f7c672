package io.tabellion.policy.cel;

/** What came of a condition. */
public sealed interface Result {

  /** It could be evaluated, or hangs on what is not known. */
  enum Plain implements Result {
    YES,
    NO,
    UNKNOWN
  }

  /**
   * It could not be evaluated.
   *
   * @param detail how much was used and which limit; empty where that does not say more
   */
  record Failed(Why why, String detail) implements Result {
    /** The reason in words, with its detail; never content. */
    public String words() {
      return detail.isEmpty() ? why.text() : why.text() + " (" + detail + ")";
    }
  }
}
