package io.tabellion.jsonrpc;

/**
 * Well-formed UTF-8 (Unicode 17, table 3-7): the shortest form, no surrogate, nothing above
 * U+10FFFF.
 */
final class Utf8 {
  private Utf8() {}

  /** Returns where the first ill-formed sequence begins, or -1 if there is none. */
  static int firstBroken(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int length = bytes[i] >= 0 ? 1 : sequence(bytes, i, to);
      if (length == 0) {
        return i;
      }
      i += length;
    }
    return -1;
  }

  /** Length of the sequence that begins with a byte of 0x80 or more; 0 if it is ill-formed. */
  private static int sequence(byte[] bytes, int i, int to) {
    int lead = bytes[i] & 0xFF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      return tail(bytes, i + 1, to) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
      int low = lead == 0xE0 ? 0xA0 : 0x80;
      int high = lead == 0xED ? 0x9F : 0xBF;
      return between(bytes, i + 1, to, low, high) && tail(bytes, i + 2, to) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
      int low = lead == 0xF0 ? 0x90 : 0x80;
      int high = lead == 0xF4 ? 0x8F : 0xBF;
      return between(bytes, i + 1, to, low, high)
              && tail(bytes, i + 2, to)
              && tail(bytes, i + 3, to)
          ? 4
          : 0;
    }
    return 0;
  }

  private static boolean tail(byte[] bytes, int i, int to) {
    return between(bytes, i, to, 0x80, 0xBF);
  }

  private static boolean between(byte[] bytes, int i, int to, int low, int high) {
    return i < to && (bytes[i] & 0xFF) >= low && (bytes[i] & 0xFF) <= high;
  }
}
