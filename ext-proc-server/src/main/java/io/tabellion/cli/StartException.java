package io.tabellion.cli;

import io.tabellion.yaml.Explained;

/** The server could not start for a reason that the operator can mend; the message says which. */
public final class StartException extends RuntimeException implements Explained {
  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
