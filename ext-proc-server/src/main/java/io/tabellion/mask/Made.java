package io.tabellion.mask;

import java.util.regex.Pattern;

/** How a hash ({@code h}), pseudonym ({@code p}) or token ({@code t}) looks. */
final class Made {
  /** Detector, kind, characters of base32. */
  static final Pattern PATTERN = Pattern.compile("([A-Z][A-Z0-9_]{0,63})_([hpt])_([a-z2-7]{24,})");

  private Made() {}
}
