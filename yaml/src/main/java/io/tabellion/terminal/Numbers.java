package io.tabellion.terminal;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converters for options that take whole numbers of a range; errors say the range. */
public final class Numbers {
  private static final int LARGEST_PORT = 65_535;

  private Numbers() {}

  /** 0 and more. */
  public static final class FromZero implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return Math.toIntExact(within(text, 0, Integer.MAX_VALUE));
    }
  }

  /** 1 and more. */
  public static final class FromOne implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return Math.toIntExact(within(text, 1, Integer.MAX_VALUE));
    }
  }

  /** The same for what may grow beyond two thousand millions. */
  public static final class LongFromOne implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return within(text, 1, Long.MAX_VALUE);
    }
  }

  /** Indexes of a log. */
  public static final class LongFromZero implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return within(text, 0, Long.MAX_VALUE);
    }
  }

  /** Scores of findings. */
  public static final class Score implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      try {
        double score = Double.parseDouble(text);
        if (score > 0 && score <= 1) {
          return score;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new TypeConversionException("expected a number above 0, at most 1");
    }
  }

  /** Ports to listen on; 0 is any that is free. */
  public static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return Math.toIntExact(within(text, 0, LARGEST_PORT));
    }
  }

  /**
   * Reads a whole number.
   *
   * @throws TypeConversionException if it is none, or out of the range; the message says what is
   *     expected
   */
  public static long within(String text, long least, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    boolean open = most == Integer.MAX_VALUE || most == Long.MAX_VALUE;
    throw new TypeConversionException(
        "expected "
            + (open
                ? "a whole number, %d or more".formatted(least)
                : "a whole number from %d to %d".formatted(least, most)));
  }
}
