package io.tabellion.mesh.attach;

import java.util.regex.Pattern;

/**
 * The path of a URL.
 *
 * @param text begins with a slash; letters, digits, dots, dashes and underscores
 */
public record UrlPath(String text) {
  private static final Pattern FORM = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

  /**
   * @throws IllegalArgumentException if it is none
   */
  public UrlPath {
    if (!FORM.matcher(text).matches() || (text + "/").contains("/./") || text.contains("..")) {
      throw new IllegalArgumentException("a path such as /mcp");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
