package io.tabellion.cli.audit;

import io.tabellion.yaml.Explained;

/** A verb cannot do what it was asked; the message is for whoever typed it. */
public final class CliException extends RuntimeException implements Explained {
  public CliException(String message) {
    super(message);
  }

  public CliException(String message, Throwable cause) {
    super(message, cause);
  }
}
