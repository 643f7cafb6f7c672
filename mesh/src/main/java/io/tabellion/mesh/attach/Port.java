package io.tabellion.mesh.attach;

/**
 * A TCP port.
 *
 * @param number 1 to 65535
 */
public record Port(int number) {
  private static final String EXPECTED = "a port, 1 to 65535";

  /**
   * @throws IllegalArgumentException if it is none
   */
  public Port {
    if (number < 1 || number > 65535) {
      throw new IllegalArgumentException(EXPECTED);
    }
  }

  /**
   * Reads a port.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Port of(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return new Port(Integer.parseInt(text));
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
