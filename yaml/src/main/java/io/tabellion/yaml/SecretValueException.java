package io.tabellion.yaml;

/**
 * Refuses a text that may hold a secret: {@link Binder} reports where it stands and what was
 * expected, and never the text.
 */
public final class SecretValueException extends IllegalArgumentException {
  /**
   * Creates one.
   *
   * @param expected what was expected
   */
  public SecretValueException(String expected) {
    super(expected);
  }

  /** The same, with its cause. */
  public SecretValueException(String expected, Throwable cause) {
    super(expected, cause);
  }
}
