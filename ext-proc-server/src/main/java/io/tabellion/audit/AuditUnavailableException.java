package io.tabellion.audit;

/** The log cannot take the entry; nothing may go on that needs it. */
public final class AuditUnavailableException extends RuntimeException {

  /** Why; also the metric label. */
  public enum Code {
    /** A write or fsync failed; this process never appends again. */
    FAILED,
    /** No room is left on the disk beyond what is reserved. */
    FULL,
    /** The budget of the caller or the server is spent for now. */
    BUDGET,
    /** An entry is larger than a leaf or the content limit allows. */
    TOO_LARGE,
    /** Other writers of the same store were always faster; nothing was written. */
    CONFLICT,
    /** The log is shutting down. */
    CLOSED
  }

  private final Code code;

  public AuditUnavailableException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public AuditUnavailableException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
