package io.tabellion.budget;

/**
 * What a caller or a server may bring in a minute; what is not used does not add up.
 *
 * @param calls let in
 * @param bytes of content
 */
public record Budget(long calls, long bytes) {

  public Budget {
    if (calls < 1 || bytes < 1) {
      throw new IllegalArgumentException("budget: below 1 (expected: at least 1 a minute)");
    }
  }
}
