package io.tabellion.policy.uri;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Percent escapes as lenient decoders take them: what is no escape stays as it is, so that one bad
 * {@code %} hides nothing behind it.
 */
final class Escapes {
  private static final String UNRESERVED_MARKS = "-._~";
  private static final String ESCAPED_BY_URL = "\"<>`{}^| ";

  private Escapes() {}

  /** Decodes every escape; bytes that are no UTF-8 become U+FFFD. */
  static String decoded(String text) {
    return decoded(text, StandardCharsets.UTF_8, octet -> true);
  }

  /** Decodes every escape as ISO 8859-1, as old servers do. */
  static String latin(String text) {
    return decoded(text, StandardCharsets.ISO_8859_1, octet -> true);
  }

  /** Decodes escapes of unreserved characters, and writes all others in upper case (RFC 3986). */
  static String normalised(String text) {
    String unreserved =
        decoded(text, StandardCharsets.US_ASCII, octet -> isUnreserved((char) octet));
    return upper(unreserved);
  }

  /**
   * Decodes every escape as decoders do that look at no byte but the first of a character: {@code
   * %C0%AE} is a dot.
   */
  static String overlong(String text) {
    return decoded(text, octet -> true, Escapes::careless);
  }

  private static String careless(byte[] octets) {
    StringBuilder to = new StringBuilder(octets.length);
    for (int i = 0; i < octets.length; i++) {
      int more = Math.min(Math.max(Integer.numberOfLeadingZeros(~octets[i] << 24) - 1, 0), 3);
      if (more == 0 || i + more >= octets.length) {
        to.append((char) (octets[i] & 0xff));
        continue;
      }
      int c = octets[i] & (0x3f >> more);
      for (int end = i + more; i < end; ) {
        c = c << 6 | (octets[++i] & 0x3f);
      }
      to.appendCodePoint(Character.isValidCodePoint(c) ? c : '\uFFFD');
    }
    return to.toString();
  }

  /**
   * Decodes {@code %u} and four hexadecimal digits, which the function {@code unescape} of
   * JavaScript knows.
   */
  static String unescaped(String text) {
    StringBuilder to = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.regionMatches(true, i, "%u", 0, 2) && areHex(text, i + 2, 4)) {
        to.append((char) HexFormat.fromHexDigits(text, i + 2, i + 6));
        i += 5;
      } else {
        to.append(text.charAt(i));
      }
    }
    return to.toString();
  }

  /** Escapes what the URL Standard escapes in a path, and leaves escapes as they are. */
  static String encoded(String text) {
    StringBuilder to = new StringBuilder(text.length());
    text.codePoints().forEach(c -> encode(c, to));
    return to.toString();
  }

  private static void encode(int c, StringBuilder to) {
    boolean stays = c > ' ' && c < 0x7f && ESCAPED_BY_URL.indexOf(c) < 0;
    if (stays || c == Wild.ANY || c == Wild.ONE) {
      to.appendCodePoint(c);
      return;
    }
    for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
      to.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
    }
  }

  private static String decoded(String text, Charset charset, IntPredicate which) {
    return decoded(text, which, octets -> new String(octets, charset));
  }

  private static String decoded(String text, IntPredicate which, Function<byte[], String> charset) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder to = new StringBuilder(text.length());
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      int octet = isEscape(text, i) ? HexFormat.fromHexDigits(text, i + 1, i + 3) : -1;
      if (octet >= 0 && which.test(octet)) {
        octets.write(octet);
        i += 2;
        continue;
      }
      if (octets.size() > 0) {
        to.append(charset.apply(octets.toByteArray()));
        octets.reset();
      }
      to.append(text.charAt(i));
    }
    return to.append(charset.apply(octets.toByteArray())).toString();
  }

  private static String upper(String text) {
    StringBuilder to = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        to.replace(i, i + 3, text.substring(i, i + 3).toUpperCase(Locale.ROOT));
      }
    }
    return to.toString();
  }

  static boolean isEscape(String text, int at) {
    return text.charAt(at) == '%' && areHex(text, at + 1, 2);
  }

  private static boolean areHex(String text, int from, int count) {
    if (from + count > text.length()) {
      return false;
    }
    for (int i = from; i < from + count; i++) {
      if (!HexFormat.isHexDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUnreserved(char c) {
    return (c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED_MARKS.indexOf(c) >= 0;
  }
}
