package io.tabellion.mesh.attach;

import java.util.regex.Pattern;

/**
 * A host, a domain or a trust domain.
 *
 * @param text labels of RFC 1123 with dots between them, at most 253 characters
 */
public record HostName(String text) {
  private static final Pattern FORM =
      Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  /**
   * @throws IllegalArgumentException if it is none
   */
  public HostName {
    if (text.length() > 253 || !FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("a host such as mcp.example.com, without scheme and port");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
