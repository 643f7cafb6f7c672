package io.tabellion.yaml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes. Written as a whole number with a unit: {@code 512B}, {@code 64KiB}, {@code
 * 4MiB}, {@code 1GiB}.
 */
public record DataSize(long bytes) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
  private static final String EXPECTED = "a size such as 64KiB, 4MiB or 1GiB";

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException(EXPECTED);
    }
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is none; the message is what was expected
   */
  public static DataSize parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(EXPECTED);
    }
    int shift =
        switch (matcher.group(2)) {
          case "B" -> 0;
          case "KiB" -> 10;
          case "MiB" -> 20;
          default -> 30;
        };
    return new DataSize(Long.parseLong(matcher.group(1)) << shift);
  }

  /** The bytes where an {@code int} is needed; what is larger becomes the largest. */
  public int toInt() {
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  @Override
  public String toString() {
    int shift = bytes == 0 ? 0 : Math.min(30, Long.numberOfTrailingZeros(bytes) / 10 * 10);
    String unit =
        switch (shift) {
          case 0 -> "B";
          case 10 -> "KiB";
          case 20 -> "MiB";
          default -> "GiB";
        };
    return (bytes >> shift) + unit;
  }
}
