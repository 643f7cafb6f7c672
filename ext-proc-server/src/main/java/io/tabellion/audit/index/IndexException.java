package io.tabellion.audit.index;

/** The index cannot be used; the record itself is not touched by that. */
public final class IndexException extends RuntimeException {

  /** Why; also the metric label. */
  public enum Code {
    /** The file is damaged, or is none of ours; it is set aside and built anew. */
    CORRUPT,
    /** Reading or writing it failed. */
    FAILED,
    /** It is closed. */
    CLOSED,
    /** A pattern stands for more values than a search takes; the message says which. */
    TOO_MANY,
    /** The search was told to stop before it was done. */
    STOPPED
  }

  private final Code code;

  IndexException(Code code, String message) {
    super(message);
    this.code = code;
  }

  IndexException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
