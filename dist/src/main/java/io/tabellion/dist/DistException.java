package io.tabellion.dist;

import io.tabellion.yaml.Explained;

/** What was asked for cannot be made; the message says what is missing and what to do. */
final class DistException extends RuntimeException implements Explained {
  DistException(String message) {
    super(message);
  }

  DistException(String message, Throwable cause) {
    super(message, cause);
  }
}
