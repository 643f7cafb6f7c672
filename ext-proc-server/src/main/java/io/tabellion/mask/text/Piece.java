package io.tabellion.mask.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of base64 in a text (RFC 4648 §4 or §5), that is text itself.
 *
 * @param start index of its first character
 * @param end index after its last one
 * @param text what it says
 * @param url whether it is in the URL alphabet
 * @param padded whether it ends with padding where it must
 */
public record Piece(int start, int end, String text, boolean url, boolean padded) {
  /** Shorter runs are read only where they are the whole text, or something says what they are. */
  static final int SHORTEST = 32;

  /** Of a text that is base64 from end to end, as cursors are. */
  private static final int SHORTEST_WHOLE = 16;

  private static final int SHORTEST_BLOB = 8;

  /** What is shorter and no text is read by itself, too. */
  private static final int BINARY = 64;

  /** So many characters are decoded first: most runs are no text, and say so at once. */
  private static final int SAMPLE = 256;

  /** Shorter lines are lines of prose. */
  private static final int LINE = 60;

  /** Longer runs that say something are no words and no keys that only look so. */
  private static final int SURELY_DATA = 4096;

  private static final String DATA_URI = ";base64,";

  private static final String SIGNS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  /** Six bits of each sign, of both alphabets; -1 of what is none. */
  private static final byte[] VALUES = new byte[0x100];

  /** What may stand in a run: signs, line ends and padding. */
  private static final boolean[] IN_RUN = new boolean[0x100];

  /** Stands for a character that is in no run, as all do that are no ASCII. */
  private static final byte OTHER = -1;

  static {
    for (char c = 0; c < VALUES.length; c++) {
      VALUES[c] = (byte) SIGNS.indexOf(c == '-' ? '+' : c == '_' ? '/' : c);
      IN_RUN[c] = isBase64(c) || isBreak(c) || c == '=';
    }
  }

  /** What a member says of its text. */
  public enum Kind {
    /** It may hold base64. */
    ANY,
    /** It is base64. */
    BLOB
  }

  /** Returns the runs of base64 in the text that are text. */
  public static List<Piece> in(String text, Kind kind) {
    if (text.length() < (kind == Kind.BLOB ? SHORTEST_BLOB : 1 + DATA_URI.length())) {
      return List.of();
    }
    Piece whole = kind == Kind.BLOB ? whole(text) : shortWhole(text);
    if (whole != null) {
      return List.of(whole);
    }
    List<Piece> pieces = new ArrayList<>(0);
    byte[] signs = each(text);
    int uri = uri(text, 0);
    int at = next(signs, 0, uri, kind);
    while (at < text.length()) {
      int end = end(signs, at);
      if (end - at >= shortest(text, at, kind)) {
        boolean tried = end - at >= BINARY || kind == Kind.BLOB || at == uri;
        Piece piece = tried || beginsAsText(text, at) ? read(text, at, end) : null;
        if (piece != null) {
          pieces.add(piece);
        }
      }
      int from = Math.max(end, at + 1);
      uri = uri < from ? uri(text, from) : uri;
      at = next(signs, from, uri, kind);
    }
    return pieces;
  }

  /** Returns a byte for each character of the text: itself, or one that is in no run. */
  static byte[] each(String text) {
    byte[] signs = text.getBytes(StandardCharsets.ISO_8859_1);
    if (signs.length == text.length()) {
      return signs; // a question mark stands for what is another
    }
    signs = new byte[text.length()];
    for (int i = 0; i < signs.length; i++) {
      char c = text.charAt(i);
      signs[i] = c < 0x80 ? (byte) c : OTHER;
    }
    return signs;
  }

  /** A text that is base64 from end to end, however it is laid out; null if it is not. */
  private static @Nullable Piece whole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isInRun(c) && c != ' ' && c != '\t') {
        return null;
      }
    }
    return read(text, 0, text.length());
  }

  /** A short text that is a run from end to end; null if it is not. */
  private static @Nullable Piece shortWhole(String text) {
    boolean fits = text.length() >= SHORTEST_WHOLE && text.length() < SHORTEST;
    return fits && end(each(text), 0) == text.length() && beginsAsText(text, 0)
        ? read(text, 0, text.length())
        : null;
  }

  /** Where the base64 of the next data URI begins; the text's length if there is none. */
  private static int uri(String text, int from) {
    int at = text.indexOf(';', Math.max(0, from - DATA_URI.length()));
    while (at >= 0 && !isDataUri(text, at)) {
      at = text.indexOf(';', at + 1);
    }
    return at < 0 ? text.length() : at + DATA_URI.length();
  }

  private static boolean isDataUri(String text, int at) {
    return text.regionMatches(true, at, DATA_URI, 0, DATA_URI.length());
  }

  /** Where the next run may begin that is long enough: most characters need not be looked at. */
  private static int next(byte[] signs, int from, int uri, Kind kind) {
    if (kind == Kind.BLOB) {
      return from;
    }
    int at = from;
    while (at + SHORTEST <= signs.length && at < uri) {
      int last = at + SHORTEST - 1;
      while (last >= at && isInRun((char) (signs[last] & 0xff))) {
        last--;
      }
      if (last < at) {
        int first = first(signs, at);
        if (first == at) {
          return at;
        }
        at = first;
      } else {
        at = last + 1;
      }
    }
    return uri;
  }

  /** Where the next sign of a run stands that can begin one: padding and line ends do not. */
  private static int first(byte[] signs, int from) {
    int at = from;
    while (at < signs.length && !isBase64((char) (signs[at] & 0xff))) {
      at++;
    }
    return at;
  }

  private static boolean isInRun(char c) {
    return c < IN_RUN.length && IN_RUN[c];
  }

  /** Where the run that begins here ends: behind its padding; long lines belong together. */
  private static int end(byte[] signs, int start) {
    int at = start;
    int line = start;
    while (true) {
      while (isBase64(signs, at)) {
        at++;
      }
      if (at == signs.length) {
        return at;
      }
      if (signs[at] == '=') {
        return is('=', signs, at + 1) ? at + 2 : at + 1;
      }
      int next = is('\r', signs, at) && is('\n', signs, at + 1) ? at + 2 : at + 1;
      if (!isBreak((char) signs[at]) || at - line < LINE || !isBase64(signs, next)) {
        return at;
      }
      at = next;
      line = next;
    }
  }

  private static boolean is(char c, byte[] signs, int at) {
    return at < signs.length && signs[at] == c;
  }

  private static boolean isBase64(byte[] signs, int at) {
    return at < signs.length && VALUES[signs[at] & 0xff] >= 0;
  }

  /** Whether the whole text is base64 of something that is no text. */
  public static boolean isBinary(String text, Kind kind, List<Piece> pieces) {
    if (!pieces.isEmpty() && pieces.getFirst().isWhole(text)) {
      return false;
    }
    int from = text.regionMatches(true, 0, "data:", 0, 5) ? uri(text, 0) : 0;
    if (kind == Kind.ANY && from == 0) {
      return false;
    }
    return text.length() - from >= BINARY
        && end(each(text), from) == text.length()
        && read(text, from, text.length()) == null;
  }

  /** Whether the run is all of the text, and so long that it is no token by chance. */
  public boolean isAllOf(String whole) {
    return isWhole(whole) && whole.length() > SURELY_DATA;
  }

  private boolean isWhole(String whole) {
    return start == 0 && end == whole.length();
  }

  /** Returns the run with another text in it. */
  public String with(String masked) {
    Base64.Encoder encoder = url ? Base64.getUrlEncoder() : Base64.getEncoder();
    return (padded ? encoder : encoder.withoutPadding())
        .encodeToString(masked.getBytes(StandardCharsets.UTF_8));
  }

  private static int shortest(String text, int at, Kind kind) {
    boolean uri = isDataUri(text, at - DATA_URI.length());
    return uri || kind == Kind.BLOB ? SHORTEST_BLOB : SHORTEST;
  }

  private static boolean isBase64(char c) {
    return value(c) >= 0;
  }

  private static @Nullable Piece read(String text, int start, int end) {
    if (!mayBeText(text, start, Math.min(end, start + SAMPLE))) {
      return null;
    }
    if (end - start > SAMPLE && decode(text.substring(start, start + SAMPLE), true) == null) {
      return null;
    }
    String run = text.substring(start, end);
    String decoded = decode(run, false);
    return decoded == null
        ? null
        : new Piece(
            start,
            end,
            decoded,
            isUrl(run),
            run.stripTrailing().endsWith("=") || run.length() % 4 == 0);
  }

  /** Whether the first three bytes can begin a text (RFC 3629): most words and digests say no. */
  private static boolean beginsAsText(String text, int start) {
    int bits = 0;
    for (int i = start; i < start + 4; i++) {
      bits = bits << 6 | value(text.charAt(i));
    }
    int behind = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      behind = goesOn(behind, bits >> shift & 0xff);
      if (behind < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether first and following bytes of characters take turns in what a run says, as far as it is
   * whole: what is no text says so within a few bytes, and need not be decoded.
   */
  private static boolean mayBeText(String text, int start, int end) {
    int bits = 0;
    int signs = 0;
    int behind = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c <= ' ') {
        continue; // left out where runs are decoded
      }
      int value = value(c);
      if (value < 0) {
        return true;
      }
      bits = bits << 6 | value;
      signs++;
      if (signs % 4 == 0) {
        for (int shift = 16; shift >= 0; shift -= 8) {
          behind = goesOn(behind, bits >> shift & 0xff);
          if (behind < 0) {
            return false;
          }
        }
        bits = 0;
      }
    }
    return true;
  }

  /**
   * Returns how many bytes a character goes on for behind this one; -1 if the byte is out of turn.
   *
   * @param behind how many are still to come of the character before
   */
  private static int goesOn(int behind, int b) {
    if (isContinuation(b) != behind > 0) {
      return -1;
    }
    return behind > 0 ? behind - 1 : continuations(b);
  }

  private static boolean isContinuation(int b) {
    return (b & 0xC0) == 0x80;
  }

  /** Returns how many bytes a character goes on for behind its first; -1 if it is none. */
  private static int continuations(int first) {
    if (first < 0x80) {
      return 0;
    }
    return first < 0xC2 || first > 0xF4 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  }

  private static int value(char c) {
    return c < VALUES.length ? VALUES[c] : -1;
  }

  private static boolean isBreak(char c) {
    return c == '\r' || c == '\n';
  }

  private static boolean isUrl(String run) {
    return run.indexOf('-') >= 0 || run.indexOf('_') >= 0;
  }

  /** Returns what the run says, null if it is no base64 or no text. */
  private static @Nullable String decode(String run, boolean cut) {
    String joined = isBroken(run) ? run.replaceAll("[\r\n\t ]", "") : run;
    String whole = cut ? joined.substring(0, joined.length() / 4 * 4) : joined;
    if (signs(whole) % 4 == 1) {
      return null;
    }
    try {
      byte[] bytes = (isUrl(run) ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(whole);
      return text(bytes, cut);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** Whether blanks or line ends stand in the run. */
  private static boolean isBroken(String run) {
    for (int i = 0; i < run.length(); i++) {
      if (run.charAt(i) <= ' ') {
        return true;
      }
    }
    return false;
  }

  /** How many signs stand before the padding. */
  private static int signs(String run) {
    int end = run.length();
    while (end > 0 && run.charAt(end - 1) == '=') {
      end--;
    }
    return end;
  }

  private static @Nullable String text(byte[] bytes, boolean cut) {
    int length = cut ? wholeCharacters(bytes) : bytes.length;
    if (isAscii(bytes, length)) {
      return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
    if (!isText(bytes, length)) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  private static boolean isAscii(byte[] bytes, int length) {
    byte all = 0;
    for (int i = 0; i < length; i++) {
      all |= bytes[i];
    }
    return all >= 0;
  }

  /** Whether first and following bytes of characters take turns: cheaper than an exception. */
  private static boolean isText(byte[] bytes, int length) {
    int behind = 0;
    for (int i = 0; i < length; i++) {
      behind = goesOn(behind, bytes[i] & 0xff);
      if (behind < 0) {
        return false;
      }
    }
    return behind == 0;
  }

  /** Length without the last character, which the sample may cut through. */
  private static int wholeCharacters(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && (bytes[length - 1] & 0xC0) == 0x80) {
      length--;
    }
    return length > 0 && bytes[length - 1] < 0 ? length - 1 : length;
  }
}
