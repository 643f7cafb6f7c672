package io.tabellion.mesh.attach;

import java.util.regex.Pattern;

/**
 * The name of something in Kubernetes: a label of RFC 1035, and no word that YAML takes for a truth
 * value or for nothing.
 *
 * @param text 1 to 63 lower-case letters, digits and dashes; begins with a letter
 */
public record DnsLabel(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern RESERVED = Pattern.compile("true|false|null|yes|no|on|off|y|n");

  /**
   * @throws IllegalArgumentException if it is none
   */
  public DnsLabel {
    if (!FORM.matcher(text).matches() || RESERVED.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a name of 1 to 63 lower-case letters, digits and dashes that begins with a letter, and"
              + " is not true, no and the like");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
