package io.tabellion.mask.made;

import java.util.regex.Pattern;

/** How a hash ({@code h}), pseudonym ({@code p}) or token ({@code t}) looks. */
public final class Made {
  /** Detector, kind, characters of base32. */
  public static final Pattern PATTERN =
      Pattern.compile("([A-Z][A-Z0-9_]{0,63})_([hpt])_([a-z2-7]{24,})");

  /** Detector, kind and secret are at least so long together. */
  private static final int SHORTEST = 1 + "_h_".length() + 24;

  private Made() {}

  /** Whether a text may match; most do not, and the pattern need not be asked. */
  static boolean mayBe(String text) {
    return mayBe(text, 0, text.length());
  }

  /** The same of a part of a text. */
  static boolean mayBe(String text, int start, int end) {
    return end - start >= SHORTEST && text.charAt(start) >= 'A' && text.charAt(start) <= 'Z';
  }
}
