package io.tabellion.terminal;

import io.tabellion.yaml.Explained;

/** A value of an option is none that the verb takes. */
public final class WrongValueException extends IllegalArgumentException implements Explained {
  /**
   * @param option as it is typed
   * @param value as it was typed
   * @param expected what the option takes
   */
  public WrongValueException(String option, String value, String expected) {
    super("%s: %s (expected %s)".formatted(option, value, expected));
  }
}
