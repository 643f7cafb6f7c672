package io.tabellion.cli.audit;

/** A verb cannot do what it was asked; the message is for whoever typed it. */
final class CliException extends RuntimeException {
  CliException(String message) {
    super(message);
  }

  CliException(String message, Throwable cause) {
    super(message, cause);
  }
}
