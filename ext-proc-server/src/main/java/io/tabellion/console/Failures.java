package io.tabellion.console;

import io.tabellion.trail.TrailException;

/** The one place where failures become statuses of HTTP (RFC 9110 §15). */
final class Failures {
  private Failures() {}

  static int status(TrailException failure) {
    return switch (failure.code()) {
      case INVALID -> 400;
      case UNAUTHENTICATED -> 401;
      case DENIED -> 403;
      case NOT_FOUND -> 404;
      case PRECONDITION -> 409;
      case EXHAUSTED -> 429;
      case INTERNAL -> 500;
      case UNAVAILABLE, CANCELLED -> 503;
      case TOO_LONG -> 504;
    };
  }

  /** A page that says what failed. */
  record Page(Frame frame, String failure, String hint) {}

  /** What to do next; empty if there is nothing. */
  static String hint(TrailException failure) {
    return switch (failure.code()) {
      case NOT_FOUND -> "What ended more than 10 minutes ago is in the history.";
      case EXHAUSTED, UNAVAILABLE, TOO_LONG -> "Load the page again in a moment.";
      case INVALID, UNAUTHENTICATED, DENIED, PRECONDITION, INTERNAL, CANCELLED -> "";
    };
  }
}
