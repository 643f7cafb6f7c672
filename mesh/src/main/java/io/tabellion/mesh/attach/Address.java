package io.tabellion.mesh.attach;

import java.util.regex.Pattern;

/**
 * An http or https URL: an issuer, an audience, where keys are.
 *
 * @param text without characters that YAML, JSON or a header could take for their own
 */
public record Address(String text) {
  private static final Pattern FORM =
      Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~:@!&=+;/?-]*)?");

  /**
   * @throws IllegalArgumentException if it is none
   */
  public Address {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a URL such as https://issuer.example.com, without user, quotes and fragment");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
