package io.tabellion.mesh.attach;

import java.util.regex.Pattern;

/**
 * A host, a domain or a trust domain.
 *
 * @param text labels with dots between them, at most 253 characters; the last begins with a letter
 */
public record HostName(String text) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern RESERVED = Pattern.compile("true|false|null|yes|no|on|off|y|n");

  /**
   * @throws IllegalArgumentException if it is none
   */
  public HostName {
    if (text.length() > 253 || !FORM.matcher(text).matches() || RESERVED.matcher(text).matches()) {
      throw new IllegalArgumentException("a host such as mcp.example.com, without scheme and port");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
