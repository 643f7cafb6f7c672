package io.tabellion.detect.personal;

import java.math.BigInteger;
import java.util.Arrays;

/** Addresses of Monero: blocks of 8 bytes as 11 signs, and the 5 bytes that are left as 7. */
final class Monero {
  /** Signs of an address. */
  static final int ADDRESS = 95;

  /** Signs of an address that names a payment. */
  static final int WITH_PAYMENT = 106;

  private static final int BLOCK = 8;
  private static final int SIGNS_OF_BLOCK = 11;
  private static final int REST = 5;
  private static final int CHECK = 4;

  private Monero() {}

  /** Whether the version is known and the check holds. */
  static boolean isAddress(String address) {
    if (address.length() != ADDRESS && address.length() != WITH_PAYMENT) {
      return false;
    }
    int blocks = address.length() / SIGNS_OF_BLOCK;
    byte[] bytes = new byte[blocks * BLOCK + REST];
    for (int i = 0; i <= blocks; i++) {
      int from = i * SIGNS_OF_BLOCK;
      int length = Math.min(BLOCK, bytes.length - i * BLOCK);
      String signs = address.substring(from, Math.min(address.length(), from + SIGNS_OF_BLOCK));
      if (!put(bytes, i * BLOCK, length, signs)) {
        return false;
      }
    }
    int version = bytes[0] & 0xff;
    boolean known = address.length() == ADDRESS ? version == 18 || version == 42 : version == 19;
    int checked = bytes.length - CHECK;
    byte[] hash = Crypto.keccak(Arrays.copyOf(bytes, checked));
    return known && Arrays.equals(hash, 0, CHECK, bytes, checked, bytes.length);
  }

  /** Writes a block; false if it stands for more than its bytes. */
  private static boolean put(byte[] bytes, int at, int length, String signs) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < signs.length(); i++) {
      long value = Base58.BITCOIN.signs().indexOf(signs.charAt(i));
      number = number.multiply(BigInteger.valueOf(58)).add(BigInteger.valueOf(value));
    }
    if (number.bitLength() > length * Byte.SIZE) {
      return false;
    }
    for (int i = at + length - 1; i >= at; i--) {
      bytes[i] = number.byteValue();
      number = number.shiftRight(Byte.SIZE);
    }
    return true;
  }
}
