package io.tabellion.trail;

import io.tabellion.approval.ApprovalException;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.index.IndexException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a question is not answered. An edge says it in its own terms, at one place. */
public final class TrailException extends RuntimeException {

  /** What kind of refusal. */
  public enum Code {
    /** The question is not what the trail takes; {@link #field} says where. */
    INVALID,
    /** There is no such thing. */
    NOT_FOUND,
    /** Not as things are now. */
    PRECONDITION,
    /** Nobody we know, or no longer. */
    UNAUTHENTICATED,
    /** Known, but not allowed to. */
    DENIED,
    /** Too much at once, or the log's budget is spent. */
    EXHAUSTED,
    /** It took longer than it may. */
    TOO_LONG,
    /** Whoever asked went away. */
    CANCELLED,
    /** Not now. */
    UNAVAILABLE,
    /** A failure of ours; the server's own log says more. */
    INTERNAL
  }

  private static final System.Logger LOG = System.getLogger(TrailException.class.getName());
  private static final int SHOWN = 64;

  private final Code code;
  private final @Nullable String field;

  private TrailException(
      Code code, @Nullable String field, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.field = field;
  }

  public static TrailException of(Code code, String message) {
    return new TrailException(code, null, message, null);
  }

  /**
   * A field of the question is not as it should be.
   *
   * @param field by its name in the API, as every edge names it, e.g. {@code filter.tools}
   */
  public static TrailException invalid(String field, String problem, String expected) {
    return new TrailException(
        Code.INVALID, field, field + ": " + problem + " (expected: " + expected + ")", null);
  }

  /**
   * A value is none of a closed set of words; it is shown, cut, with characters it can be seen by.
   */
  static TrailException unknown(String field, String value, List<String> known) {
    String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
    return invalid(
        field,
        shown.replaceAll("[^\\p{L}\\p{N}\\p{P}\\p{S} ]", "\uFFFD"),
        "one of " + String.join(", ", known));
  }

  static TrailException cancelled() {
    return of(Code.CANCELLED, "the call was cancelled");
  }

  /** Returns what to say of any failure; of what is unexpected, no more than that. */
  public static TrailException of(Throwable failure) {
    return switch (failure) {
      case TrailException refused -> refused;
      case ApprovalException refused -> of(refused);
      case AuditUnavailableException down -> of(down);
      case IndexException index -> of(index);
      case InterruptedException stopping -> unavailable("the server is going down", stopping);
      default -> {
        LOG.log(System.Logger.Level.ERROR, "a question to the trail failed", failure);
        yield new TrailException(
            Code.INTERNAL, null, "internal error; the server's log says more", failure);
      }
    };
  }

  private static TrailException of(ApprovalException refused) {
    Code code =
        switch (refused.code()) {
          case NOT_FOUND -> Code.NOT_FOUND;
          case INVALID -> Code.INVALID;
          case DENIED -> Code.DENIED;
          case PRECONDITION -> Code.PRECONDITION;
        };
    String text = String.valueOf(refused.getMessage());
    String field = code == Code.INVALID ? text.substring(0, text.indexOf(':')) : null;
    return new TrailException(code, field, text, null);
  }

  private static TrailException of(AuditUnavailableException down) {
    return switch (down.code()) {
      case BUDGET, TOO_LARGE ->
          new TrailException(
              Code.EXHAUSTED, null, "the log's budget is spent; ask again later", down);
      case FAILED, FULL, CONFLICT, CLOSED ->
          unavailable("the read cannot be recorded, so nothing is shown: log " + down.code(), down);
    };
  }

  private static TrailException of(IndexException failure) {
    if (failure.code() == IndexException.Code.TOO_MANY) {
      return new TrailException(Code.INVALID, "filter", "filter: " + failure.getMessage(), failure);
    }
    LOG.log(System.Logger.Level.WARNING, "the index cannot be read", failure);
    return unavailable("the search index is not available; it may be building anew", failure);
  }

  private static TrailException unavailable(String message, Throwable cause) {
    return new TrailException(Code.UNAVAILABLE, null, message, cause);
  }

  public Code code() {
    return code;
  }

  /** The field of the question that is not as it should be; null where it is something else. */
  public @Nullable String field() {
    return field;
  }

  /** What to say to whoever asked. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
