package io.tabellion.mask;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * Format-preserving encryption (NIST SP 800-38G, FF1): letters and digits become others, what
 * stands between them stays.
 *
 * <p>Only over domains of at least a million values, as NIST demands. The result is never a number
 * that passes as a payment card, nor the value itself: it is encrypted again until it is neither.
 *
 * <p>Immutable and thread-safe.
 */
final class Form {
  private static final String DIGITS = "0123456789";
  private static final String LOWER = DIGITS + "abcdefghijklmnopqrstuvwxyz";
  private static final String ALL = LOWER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final double SMALLEST_DOMAIN = 1e6;
  private static final int MOST_ROUNDS = 64;

  /** Longer values have no form. */
  private static final int LONGEST = 256;

  private static final int SHORTEST_CARD = 12;
  private static final int LONGEST_CARD = 19;

  private final byte[] key;

  Form(byte[] key) {
    this.key = key.clone();
  }

  /** Returns another value of the same form, null if there are too few. */
  @Nullable String of(String detector, String value) {
    StringBuilder core = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (ALL.indexOf(c) >= 0) {
        core.append(c);
      } else if (Character.isLetterOrDigit(c) || Character.isSurrogate(c)) {
        return null;
      }
    }
    String other = encrypt(detector, core.toString());
    return other == null ? null : woven(value, other);
  }

  private @Nullable String encrypt(String detector, String core) {
    String alphabet = alphabet(core);
    if (core.length() > LONGEST || Math.pow(alphabet.length(), core.length()) < SMALLEST_DOMAIN) {
      return null;
    }
    FPEFF1Engine engine = new FPEFF1Engine();
    byte[] tweak = detector.getBytes(StandardCharsets.UTF_8);
    engine.init(true, new FPEParameters(new KeyParameter(key), alphabet.length(), tweak));
    byte[] in = new byte[core.length()];
    for (int i = 0; i < in.length; i++) {
      in[i] = (byte) alphabet.indexOf(core.charAt(i));
    }
    for (int round = 0; round < MOST_ROUNDS; round++) {
      byte[] out = new byte[in.length];
      engine.processBlock(in, 0, in.length, out, 0);
      String other = text(out, alphabet);
      if (!other.equals(core) && !isCard(other)) {
        return other;
      }
      in = out;
    }
    return null;
  }

  private static String alphabet(String core) {
    boolean digits = core.chars().allMatch(c -> c >= '0' && c <= '9');
    boolean upper = core.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
    return digits ? DIGITS : upper ? ALL : LOWER;
  }

  private static String text(byte[] symbols, String alphabet) {
    StringBuilder text = new StringBuilder(symbols.length);
    for (byte symbol : symbols) {
      text.append(alphabet.charAt(symbol));
    }
    return text.toString();
  }

  private static String woven(String value, String core) {
    StringBuilder text = new StringBuilder(value);
    int next = 0;
    for (int i = 0; i < text.length(); i++) {
      if (ALL.indexOf(text.charAt(i)) >= 0) {
        text.setCharAt(i, core.charAt(next++));
      }
    }
    return text.toString();
  }

  /** Whether the text is digits that pass the check of ISO/IEC 7812-1. */
  static boolean isCard(String text) {
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
