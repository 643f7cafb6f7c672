package io.tabellion.mesh.attach;

import java.util.regex.Pattern;

/**
 * The name of something in Kubernetes: a label of RFC 1123.
 *
 * @param text 1 to 63 lower-case letters, digits and dashes
 */
public record DnsLabel(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /**
   * @throws IllegalArgumentException if it is none
   */
  public DnsLabel {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a name of 1 to 63 lower-case letters, digits and dashes, with a letter or digit at both"
              + " ends");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
