package io.tabellion.mask.made;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * Format-preserving encryption (NIST SP 800-38G, FF1): digits become other digits, small letters
 * other small letters, capitals other capitals; what stands between them stays.
 *
 * <p>The values of one form are numbered, and the number is encrypted in binary; one that is beyond
 * the last is encrypted again until it is not (cycle walking). Only over domains of at least a
 * million values, as NIST demands. The result is never a number that passes as a payment card, nor
 * the value itself: it is encrypted again until it is neither.
 *
 * <p>Immutable and thread-safe.
 */
public final class Form {
  private static final BigInteger SMALLEST_DOMAIN = BigInteger.valueOf(1_000_000);

  /** Half of the numbers or more are within the domain: so often none is in no lifetime. */
  private static final int MOST_ROUNDS = 256;

  /** Longer values have no form. */
  private static final int LONGEST = 256;

  private static final int SHORTEST_CARD = 12;
  private static final int LONGEST_CARD = 19;

  private final byte[] key;

  public Form(byte[] key) {
    this.key = key.clone();
  }

  /** Returns another text of the same form, null if there are too few. */
  public @Nullable String of(String detector, String value) {
    return other(detector, value, '0');
  }

  /** Returns another number of as many digits, null if there are too few. */
  public @Nullable String ofNumber(String detector, String digits) {
    return digits.startsWith("0") ? null : other(detector, digits, '1');
  }

  /**
   * @param first the lowest digit that may stand first
   */
  private @Nullable String other(String detector, String value, char first) {
    if (value.length() > LONGEST || !value.chars().allMatch(c -> hasForm((char) c))) {
      return null;
    }
    BigInteger domain = domain(value, first);
    if (domain.compareTo(SMALLEST_DOMAIN) < 0) {
      return null;
    }
    Cipher cipher = new Cipher(key, detector.getBytes(StandardCharsets.UTF_8));
    byte[] bits = bits(number(value, first), domain.subtract(BigInteger.ONE).bitLength());
    for (int round = 0; round < MOST_ROUNDS; round++) {
      bits = cipher.encrypted(bits);
      BigInteger number = number(bits);
      if (number.compareTo(domain) < 0) {
        String other = text(value, number, first);
        if (!other.equals(value) && !isCard(core(other))) {
          return other;
        }
      }
    }
    return null;
  }

  /**
   * FF1 in binary. A class of its own, so that the library is loaded where a value keeps its form:
   * its jar is signed, and verifying that takes more CPU than most short commands.
   */
  private static final class Cipher {
    private final FPEFF1Engine engine = new FPEFF1Engine();

    Cipher(byte[] key, byte[] tweak) {
      engine.init(true, new FPEParameters(new KeyParameter(key), 2, tweak));
    }

    byte[] encrypted(byte[] bits) {
      byte[] out = new byte[bits.length];
      engine.processBlock(bits, 0, bits.length, out, 0);
      return out;
    }
  }

  /** Letters and digits have other ones; what is written in other ways is not taken apart. */
  private static boolean hasForm(char c) {
    return radix(c) > 1 || !(Character.isLetterOrDigit(c) || Character.isSurrogate(c));
  }

  private static int radix(char c) {
    return c >= '0' && c <= '9' ? 10 : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 26 : 1;
  }

  /** The first sign of the class of a letter or digit. */
  private static char zero(char c) {
    return c <= '9' ? '0' : c <= 'Z' ? 'A' : 'a';
  }

  private static char lowest(char c, int at, char first) {
    return at == 0 && c <= '9' ? first : zero(c);
  }

  private static int choices(char c, int at, char first) {
    return radix(c) == 1 ? 1 : radix(c) - (lowest(c, at, first) - zero(c));
  }

  /** How many values are of this form. */
  private static BigInteger domain(String value, char first) {
    BigInteger domain = BigInteger.ONE;
    for (int i = 0; i < value.length(); i++) {
      domain = domain.multiply(BigInteger.valueOf(choices(value.charAt(i), i, first)));
    }
    return domain;
  }

  /** Number of the value among those of its form. */
  private static BigInteger number(String value, char first) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (radix(c) > 1) {
        number =
            number
                .multiply(BigInteger.valueOf(choices(c, i, first)))
                .add(BigInteger.valueOf(c - lowest(c, i, first)));
      }
    }
    return number;
  }

  /** The value of this number among those of the form of {@code like}. */
  private static String text(String like, BigInteger number, char first) {
    StringBuilder text = new StringBuilder(like);
    BigInteger rest = number;
    for (int i = like.length() - 1; i >= 0; i--) {
      char c = like.charAt(i);
      if (radix(c) > 1) {
        BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(choices(c, i, first)));
        text.setCharAt(i, (char) (lowest(c, i, first) + parts[1].intValue()));
        rest = parts[0];
      }
    }
    return text.toString();
  }

  private static byte[] bits(BigInteger number, int length) {
    byte[] bits = new byte[length];
    for (int i = 0; i < length; i++) {
      bits[i] = (byte) (number.testBit(length - 1 - i) ? 1 : 0);
    }
    return bits;
  }

  private static BigInteger number(byte[] bits) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < bits.length; i++) {
      number = bits[i] == 0 ? number : number.setBit(bits.length - 1 - i);
    }
    return number;
  }

  /** Letters and digits alone. */
  private static String core(String value) {
    return value
        .chars()
        .filter(c -> radix((char) c) > 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Whether the text is digits that pass the check of ISO/IEC 7812-1. */
  public static boolean isCard(String text) {
    if (text.length() < SHORTEST_CARD || text.length() > LONGEST_CARD) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(text.length() - 1 - i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      int doubled = i % 2 == 0 ? digit : 2 * digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }
}
