package io.tabellion.mask;

import org.jspecify.annotations.Nullable;

/** Base32 (RFC 4648 §6) in lower case, without padding: letters and digits survive everywhere. */
final class Base32 {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int BITS = 5;

  private Base32() {}

  static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length * Byte.SIZE / BITS + 1);
    int pending = 0;
    int count = 0;
    for (byte b : bytes) {
      pending = (pending << Byte.SIZE) | (b & 0xFF);
      count += Byte.SIZE;
      while (count >= BITS) {
        count -= BITS;
        text.append(ALPHABET.charAt((pending >> count) & 31));
      }
      pending &= (1 << count) - 1;
    }
    if (count > 0) {
      text.append(ALPHABET.charAt((pending << (BITS - count)) & 31));
    }
    return text.toString();
  }

  /** Returns the bytes, null if the text is not exactly what {@link #encode} gives for them. */
  static byte @Nullable [] decode(String text) {
    byte[] bytes = new byte[text.length() * BITS / Byte.SIZE];
    int pending = 0;
    int count = 0;
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      int value = ALPHABET.indexOf(text.charAt(i));
      if (value < 0) {
        return null;
      }
      pending = (pending << BITS) | value;
      count += BITS;
      if (count >= Byte.SIZE) {
        count -= Byte.SIZE;
        bytes[at++] = (byte) (pending >> count);
      }
      pending &= (1 << count) - 1;
    }
    return pending == 0 && count < BITS ? bytes : null;
  }
}
