package io.tabellion.trace;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code traceparent} (W3C Trace Context §3.2), as somebody claims it.
 *
 * @param trace 32 hexadecimal digits, not all zero
 * @param span 16 hexadecimal digits, not all zero
 * @param sampled whether the client traces it
 */
public record TraceParent(String trace, String span, boolean sampled) {
  private static final Pattern FORM =
      Pattern.compile("(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?");
  private static final int LONGEST = 256;
  private static final int HEX = 16;

  /** Reads it; empty if it is none. */
  public static Optional<TraceParent> parse(@Nullable String text) {
    if (text == null || text.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || isZero(parts.group(1)) || isZero(parts.group(2))) {
      return Optional.empty();
    }
    boolean sampled = (Integer.parseInt(parts.group(3), HEX) & 1) == 1;
    return Optional.of(new TraceParent(parts.group(1), parts.group(2), sampled));
  }

  private static boolean isZero(String hex) {
    return hex.chars().allMatch(digit -> digit == '0');
  }
}
