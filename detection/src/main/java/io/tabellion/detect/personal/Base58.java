package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Text;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * An alphabet of 58 signs in which currencies write addresses: a number to that base, where each
 * first sign of the alphabet in front is a byte of zero.
 *
 * @param signs in the order of their values
 * @param set the same
 */
record Base58(String signs, CharSet set) {
  static final Base58 BITCOIN =
      new Base58("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");
  static final Base58 RIPPLE =
      new Base58("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz");

  /** The version, a hash of 20 bytes, and four bytes of check. */
  private static final int ADDRESS = 25;

  private static final int CHECK = 4;
  private static final BigInteger BASE = BigInteger.valueOf(58);

  private Base58(String signs) {
    this(signs, CharSet.of(signs));
  }

  /** Offers the word that begins there, if it is of that length and in the alphabet. */
  void match(Text text, int start, int least, int most, Hits hits) {
    int end = text.runEnd(start, set, most + 1);
    boolean fits = end - start >= least && end - start <= most;
    if (fits && !CharSet.WORD.has(text.at(end))) {
      hits.hit(start, end);
    }
  }

  /** Returns the bytes that a text of these signs stands for. */
  byte[] decode(String text) {
    BigInteger number = BigInteger.ZERO;
    int zeros = 0;
    for (int i = 0; i < text.length(); i++) {
      int value = signs.indexOf(text.charAt(i));
      zeros += value == 0 && zeros == i ? 1 : 0;
      number = number.multiply(BASE).add(BigInteger.valueOf(value));
    }
    byte[] signed = number.toByteArray();
    int from = signed[0] == 0 ? 1 : 0;
    byte[] bytes = new byte[zeros + signed.length - from];
    System.arraycopy(signed, from, bytes, zeros, signed.length - from);
    return bytes;
  }

  /** Whether the text is an address of one of the versions whose check holds (Base58Check). */
  boolean isAddress(String text, int... versions) {
    byte[] bytes = decode(text);
    return bytes.length == ADDRESS
        && Arrays.stream(versions).anyMatch(version -> version == (bytes[0] & 0xff))
        && Arrays.equals(
            sha256(sha256(Arrays.copyOf(bytes, ADDRESS - CHECK))),
            0,
            CHECK,
            bytes,
            ADDRESS - CHECK,
            ADDRESS);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
