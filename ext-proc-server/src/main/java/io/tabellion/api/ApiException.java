package io.tabellion.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a call is not answered. Only {@link Errors} turns it into a gRPC status. */
final class ApiException extends RuntimeException {

  /** What kind of refusal. */
  enum Code {
    /** The request is not what the API takes; {@link #field} says where. */
    INVALID,
    /** There is no such thing. */
    NOT_FOUND,
    /** Not as things are now. */
    PRECONDITION,
    /** Nobody we know, or no longer. */
    UNAUTHENTICATED,
    /** Known, but not allowed to. */
    DENIED,
    /** Too much at once. */
    EXHAUSTED,
    /** It took longer than it may. */
    TOO_LONG,
    /** Not now. */
    UNAVAILABLE
  }

  private static final int SHOWN = 64;

  private final Code code;
  private final @Nullable String field;

  private ApiException(Code code, @Nullable String field, String message) {
    super(message);
    this.code = code;
    this.field = field;
  }

  static ApiException of(Code code, String message) {
    return new ApiException(code, null, message);
  }

  /** A field of the request is not as it should be. */
  static ApiException invalid(String field, String problem, String expected) {
    return new ApiException(
        Code.INVALID, field, field + ": " + problem + " (expected: " + expected + ")");
  }

  /**
   * A value is none of a closed set of words; it is shown, cut, with characters it can be seen by.
   */
  static ApiException unknown(String field, String value, List<String> known) {
    String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
    return invalid(
        field,
        shown.replaceAll("[^\\p{L}\\p{N}\\p{P}\\p{S} ]", "\uFFFD"),
        "one of " + String.join(", ", known));
  }

  Code code() {
    return code;
  }

  @Nullable String field() {
    return field;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
