package io.tabellion.demo;

import io.tabellion.yaml.Explained;

/** The demo cannot go on; the message says why and what to do about it. */
final class DemoException extends RuntimeException implements Explained {
  DemoException(String message) {
    super(message);
  }

  DemoException(String message, Throwable cause) {
    super(message, cause);
  }
}
