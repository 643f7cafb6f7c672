package io.tabellion.detect.personal;

import java.util.Locale;

/** The addresses of BIP 173 (bech32) and BIP 350 (bech32m): a prefix, 1, and 32 signs' values. */
final class Bech32 {
  /** Fewest bytes of an address of the prefixes that we know, and the most. */
  static final int LEAST = 14;

  static final int MOST = 90;

  private static final String SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };
  private static final int BECH32M = 0x2bc830a3;

  private Bech32() {}

  /**
   * Whether the check holds.
   *
   * @param prefix before the 1, lower case
   * @param address begins with the prefix and 1, in lower or upper case
   */
  static boolean isAddress(String prefix, String address) {
    String lower = address.toLowerCase(Locale.ROOT);
    if (!address.equals(lower) && !address.equals(address.toUpperCase(Locale.ROOT))) {
      return false;
    }
    int check = 1;
    for (int i = 0; i < prefix.length(); i++) {
      check = step(check, prefix.charAt(i) >> 5);
    }
    check = step(check, 0);
    for (int i = 0; i < prefix.length(); i++) {
      check = step(check, prefix.charAt(i) & 31);
    }
    for (int i = prefix.length() + 1; i < lower.length(); i++) {
      int value = SIGNS.indexOf(lower.charAt(i));
      if (value < 0) {
        return false;
      }
      check = step(check, value);
    }
    return check == 1 || check == BECH32M;
  }

  private static int step(int check, int value) {
    int top = check >>> 25;
    int next = ((check & 0x1ffffff) << 5) ^ value;
    for (int i = 0; i < 5; i++) {
      next ^= ((top >>> i) & 1) == 1 ? GENERATOR[i] : 0;
    }
    return next;
  }
}
