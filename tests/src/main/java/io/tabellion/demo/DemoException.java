package io.tabellion.demo;

/** The demo cannot go on; the message says why and what to do about it. */
final class DemoException extends RuntimeException {
  DemoException(String message) {
    super(message);
  }

  DemoException(String message, Throwable cause) {
    super(message, cause);
  }
}
