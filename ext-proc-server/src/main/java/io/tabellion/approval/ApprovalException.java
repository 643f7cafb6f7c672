package io.tabellion.approval;

/** Thrown where a person may not decide so, or not now. Nothing was changed. */
public final class ApprovalException extends RuntimeException {
  private final Code code;

  /** What is wrong. */
  public enum Code {
    /** There is no such request. */
    NOT_FOUND,
    /** Something is missing in what the person says. */
    INVALID,
    /** The person may not decide about it. */
    DENIED,
    /** The request is not as the person saw it. */
    PRECONDITION
  }

  /**
   * @param message what is wrong, and what was expected; never an argument of the call
   */
  ApprovalException(Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
