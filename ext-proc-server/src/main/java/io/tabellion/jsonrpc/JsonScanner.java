package io.tabellion.jsonrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tabellion.pace.Turns;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the bytes of one document, by recursive descent.
 *
 * <p>With {@link Oddities} it goes on where one reading is left: bytes that are no characters
 * become U+FFFD, and what exceeds a limit, or stands twice, is noted with its place.
 *
 * <p>A method that returns null has noted why in {@link #fault}; its caller returns null at once.
 *
 * <p>Not thread-safe: it reads one document, once.
 */
final class JsonScanner {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Work is told of each time so many values were read, as so many bytes that are scanned. */
  private static final int TOLD = 256;

  private static final int WORK = 8 << 10;

  private static final char REPLACEMENT = '\uFFFD';

  /** Bytes up to which a loop beats making a string. */
  private static final int SHORT = 16;

  private static final Json.Num[] DIGITS = new Json.Num[10];

  static {
    for (int i = 0; i < DIGITS.length; i++) {
      DIGITS[i] = Json.Num.of(i);
    }
  }

  private final byte[] bytes;
  private final Limits limits;
  private final @Nullable Oddities oddities;
  private int at;
  private int values;
  private @Nullable Json id;
  private boolean idTwice;

  /** What of the string that is being read is no text. */
  private boolean surrogate;

  private boolean notUtf8;
  private Parsed.@Nullable Malformed fault;

  /**
   * @param oddities takes what is not strictly right; null if nothing of that is taken
   */
  JsonScanner(byte[] bytes, Limits limits, @Nullable Oddities oddities) {
    this.bytes = bytes;
    this.limits = limits;
    this.oddities = oddities;
  }

  /** The member {@code id} of the outermost object, as far as it was read; null if not once. */
  @Nullable Json id() {
    return idTwice ? null : id;
  }

  Reading document() {
    skipMark();
    skipSpace();
    Json value = value(0);
    if (value != null) {
      skipSpace();
      if (at == bytes.length) {
        return new Reading.Document(value);
      }
      syntax("the end of the document");
    }
    return fault == null ? new Parsed.Malformed(Parsed.Malformed.NOT_JSON, "#", "JSON") : fault;
  }

  private @Nullable Json value(int depth) {
    if (++values > limits.values()) {
      return limit("at most " + limits.values() + " values (limits.values)");
    }
    if (values % TOLD == 0) {
      Turns.step(WORK);
    }
    return switch (peek()) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> text();
      case 't' -> literal("true", Json.Literal.TRUE);
      case 'f' -> literal("false", Json.Literal.FALSE);
      case 'n' -> literal("null", Json.Literal.NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> syntax("a JSON value");
    };
  }

  private @Nullable Json object(int depth) {
    if (depth > limits.depth()) {
      return tooDeep();
    }
    at++;
    skipSpace();
    if (peek() == '}') {
      at++;
      return Json.Obj.EMPTY;
    }
    // A tree bin takes names whose hashes collide, so no choice of names makes this quadratic.
    SequencedMap<String, Json> members = new LinkedHashMap<>();
    while (true) {
      int start = at;
      String name = name();
      if (name == null) {
        return null;
      }
      skipSpace();
      if (!take(':')) {
        return syntax("a colon");
      }
      skipSpace();
      int before = noted();
      Json value = value(depth);
      if (value == null) {
        return null;
      }
      within(before, name);
      boolean twice = members.putIfAbsent(name, value) != null;
      if (twice && !flawed(Flaw.Kind.TWICE, start, "a member name that is not there yet")) {
        return null;
      }
      if (depth == 1 && name.equals("id")) {
        id = value;
        idTwice |= twice;
      }
      skipSpace();
      if (take('}')) {
        return new Json.Obj(members);
      }
      if (!take(',')) {
        return syntax("a comma or the end of the object");
      }
      skipSpace();
    }
  }

  private @Nullable Json array(int depth) {
    if (depth > limits.depth()) {
      return tooDeep();
    }
    at++;
    skipSpace();
    if (take(']')) {
      return Json.Array.EMPTY;
    }
    List<Json> items = new ArrayList<>();
    while (true) {
      int before = noted();
      Json item = value(depth);
      if (item == null) {
        return null;
      }
      if (noted() > before) {
        within(before, Integer.toString(items.size()));
      }
      items.add(item);
      skipSpace();
      if (take(']')) {
        return new Json.Array(items);
      }
      if (!take(',')) {
        return syntax("a comma or the end of the array");
      }
      skipSpace();
    }
  }

  private @Nullable String name() {
    if (peek() != '"') {
      syntax("a member name in double quotes");
      return null;
    }
    int start = at;
    String name = string();
    boolean fits = name == null || at - start - 2 <= limits.nameBytes();
    return fits
            || flawed(
                Flaw.Kind.TOO_LONG,
                start,
                "a member name of at most " + limits.nameBytes() + " bytes")
        ? name
        : null;
  }

  private @Nullable Json text() {
    String value = string();
    return value == null ? null : new Json.Text(value);
  }

  /** Reads a string from its opening quote to behind its closing one. */
  private @Nullable String string() {
    surrogate = false;
    notUtf8 = false;
    int start = ++at;
    boolean ascii = skipPlain();
    String value;
    if (at < bytes.length && bytes[at] == '"') {
      value = ascii ? new String(bytes, start, at - start, ISO_8859_1) : utf8(start, at);
      at += value == null ? 0 : 1;
    } else {
      value = escaped(start, ascii);
    }
    if (surrogate) {
      mended(Repair.Kind.LONE_SURROGATE);
    }
    if (notUtf8) {
      mended(Repair.Kind.NOT_UTF8);
    }
    return value;
  }

  /**
   * Goes on with a string whose bytes from {@code start} to here are plain.
   *
   * @param ascii whether all of them are ASCII
   */
  private @Nullable String escaped(int start, boolean ascii) {
    StringBuilder value = new StringBuilder();
    int from = start;
    boolean allAscii = ascii;
    while (true) {
      if (!append(value, from, at, allAscii)) {
        return null;
      }
      int b = peek();
      if (b == '"') {
        at++;
        return value.toString();
      }
      if (b != '\\') {
        syntax("a string without control characters, closed by a double quote");
        return null;
      }
      do {
        if (!escape(value)) {
          return null;
        }
      } while (peek() == '\\');
      from = at;
      allAscii = skipPlain();
    }
  }

  /** Appends plain bytes; between escapes they are few and mostly ASCII. */
  private boolean append(StringBuilder value, int from, int to, boolean ascii) {
    int i = from;
    while (to - from <= SHORT && i < to && bytes[i] >= 0) {
      value.append((char) bytes[i++]);
    }
    if (i == to) {
      return true;
    }
    String rest = ascii ? new String(bytes, i, to - i, ISO_8859_1) : utf8(i, to);
    if (rest == null) {
      return false;
    }
    value.append(rest);
    return true;
  }

  private boolean escape(StringBuilder value) {
    at++;
    int b = peek();
    switch (b) {
      case '"', '\\', '/' -> value.append((char) b);
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'u' -> {
        return unicode(value);
      }
      default -> {
        syntax("an escape of RFC 8259");
        return false;
      }
    }
    at++;
    return true;
  }

  /** Reads four digits after the u, and the second escape of a surrogate pair. */
  private boolean unicode(StringBuilder value) {
    int start = at - 1;
    int first = hex();
    if (first < 0) {
      return false;
    }
    if (!Character.isSurrogate((char) first)) {
      value.append((char) first);
      return true;
    }
    int behind = at;
    if (Character.isHighSurrogate((char) first) && take('\\') && peek() == 'u') {
      int second = hex();
      if (second < 0) {
        return false;
      }
      if (Character.isLowSurrogate((char) second)) {
        value.append((char) first).append((char) second);
        return true;
      }
    }
    if (oddities == null) {
      refuse(start, "no lone surrogate");
      return false;
    }
    at = behind; // what stands behind it is read on its own
    surrogate = true;
    value.append(REPLACEMENT);
    return true;
  }

  /** Reads the four digits behind the u that stands here; -1 if they are none. */
  private int hex() {
    at++;
    int value = 0;
    for (int i = 0; i < 4; i++, at++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        syntax("four hexadecimal digits");
        return -1;
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  /**
   * Skips bytes that a string may hold as they are: all but the double quote, the backslash and
   * control characters. Returns whether all of them are ASCII.
   */
  private boolean skipPlain() {
    long seen = 0;
    while (at + 8 <= bytes.length) {
      long word = (long) EIGHT_BYTES.get(bytes, at);
      if (hasSpecial(word)) {
        break;
      }
      seen |= word;
      at += 8;
    }
    boolean ascii = (seen & HIGH_BITS) == 0;
    for (; at < bytes.length; at++) {
      byte b = bytes[at];
      if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
        break;
      }
      ascii &= b >= 0;
    }
    return ascii;
  }

  /** Whether one of eight bytes may be special; true too often costs time, false never lies. */
  private static boolean hasSpecial(long word) {
    long quote = word ^ (ONES * '"');
    long backslash = word ^ (ONES * '\\');
    long zeroIfFound = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash);
    long control = (word - ONES * ' ') & ~word;
    return ((zeroIfFound | control) & HIGH_BITS) != 0;
  }

  private @Nullable String utf8(int from, int to) {
    int broken = Utf8.firstBroken(bytes, from, to);
    if (broken >= 0 && oddities == null) {
      at = broken;
      syntax("UTF-8");
      return null;
    }
    notUtf8 |= broken >= 0;
    return new String(bytes, from, to - from, UTF_8);
  }

  private @Nullable Json number() {
    int start = at;
    take('-');
    if (!take('0') && !digits()) {
      return syntax("a digit");
    }
    if (take('.') && !digits()) {
      return syntax("a digit");
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (!take('+')) {
        take('-');
      }
      if (!digits()) {
        return syntax("a digit");
      }
    }
    int length = at - start;
    if (length > limits.numberLength()
        && !flawed(
            Flaw.Kind.TOO_LONG,
            start,
            "a number of at most " + limits.numberLength() + " characters")) {
      return null;
    }
    return length == 1
        ? DIGITS[bytes[start] - '0']
        : new Json.Num(new String(bytes, start, length, ISO_8859_1));
  }

  private boolean digits() {
    int start = at;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at > start;
  }

  private @Nullable Json literal(String word, Json.Literal value) {
    for (int i = 0; i < word.length(); i++, at++) {
      if (peek() != word.charAt(i)) {
        return syntax("a JSON value");
      }
    }
    return value;
  }

  private boolean take(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  /** The byte here as an unsigned number; -1 at the end. */
  private int peek() {
    return at < bytes.length ? bytes[at] & 0xFF : -1;
  }

  private void skipSpace() {
    while (at < bytes.length) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      at++;
    }
  }

  /** Skips a byte order mark, which strict readers do not take. */
  private void skipMark() {
    boolean mark =
        bytes.length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    if (mark && oddities != null) {
      at = 3;
      mended(Repair.Kind.BYTE_ORDER_MARK);
    }
  }

  /** An object or array that is nested too deep: none, or null in its place. */
  private @Nullable Json tooDeep() {
    String expected = "at most " + limits.depth() + " levels (limits.depth)";
    return flawed(Flaw.Kind.TOO_DEEP, at, expected) && skip() ? Json.Literal.NULL : null;
  }

  /**
   * Skips an object or array however deep it is, without recursion. Looks only at brackets and
   * strings: what it holds goes nowhere.
   */
  private boolean skip() {
    BitSet objects = new BitSet();
    int open = 0;
    do {
      int b = peek();
      switch (b) {
        case '{', '[' -> objects.set(open++, b == '{');
        case '}', ']' -> {
          if (objects.get(--open) != (b == '}')) {
            syntax("the end of what was begun last");
            return false;
          }
        }
        case '"' -> {
          if (!skipString()) {
            return false;
          }
        }
        case -1 -> {
          syntax("the end of an object or array");
          return false;
        }
        default -> {
          // Between the brackets.
        }
      }
      at++;
    } while (open > 0);
    return true;
  }

  /** Goes from the opening quote to the closing one. */
  private boolean skipString() {
    at++;
    skipPlain();
    while (peek() == '\\') {
      at = Math.min(at + 2, bytes.length);
      skipPlain();
    }
    if (peek() != '"') {
      syntax("a string without control characters, closed by a double quote");
      return false;
    }
    return true;
  }

  private int noted() {
    return oddities == null ? 0 : oddities.size();
  }

  private void within(int before, String step) {
    if (oddities != null) {
      oddities.within(before, step);
    }
  }

  private void mended(Repair.Kind kind) {
    if (oddities != null) {
      oddities.repair(kind);
    }
  }

  /** Notes a flaw; returns false, and notes the fault, where nothing but the right is taken. */
  private boolean flawed(Flaw.Kind kind, int position, String expected) {
    if (oddities == null) {
      refuse(position, expected);
      return false;
    }
    oddities.flaw(kind, expected);
    return true;
  }

  private @Nullable Json syntax(String expected) {
    fault = new Parsed.Malformed(Parsed.Malformed.NOT_JSON, "byte " + at, expected);
    return null;
  }

  private @Nullable Json limit(String expected) {
    return refuse(at, expected);
  }

  private @Nullable Json refuse(int position, String expected) {
    fault = Parsed.Malformed.message("byte " + position, expected);
    return null;
  }
}
