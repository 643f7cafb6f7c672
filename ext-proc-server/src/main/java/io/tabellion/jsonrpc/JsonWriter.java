package io.tabellion.jsonrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON: compact, members in their order, numbers as they were read, UTF-8.
 *
 * <p>Escaped are the double quote, the backslash, all C0 and C1 controls, DEL, U+2028 and U+2029,
 * so that the text is one line to every reader. The same tree always gives the same bytes, and a
 * strict reader gets the same tree from them.
 */
public final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

  /** Room that one char or surrogate pair surely finds: six bytes are the most, as an escape. */
  private static final int MARGIN = 8;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Characters of a text that it pays to look at as bytes. */
  private static final int LONG = 64;

  /** What stands behind the backslash of each escape of ASCII; 0 for what stands for itself. */
  private static final byte[] ESCAPES = new byte[0x80];

  static {
    Arrays.fill(ESCAPES, 0, ' ', (byte) 'u');
    ESCAPES[0x7F] = 'u';
    String named = "\"\"\\\\\bb\tt\nn\ff\rr";
    for (int i = 0; i < named.length(); i += 2) {
      ESCAPES[named.charAt(i)] = (byte) named.charAt(i + 1);
    }
  }

  private byte[] buffer = new byte[256];
  private int size;

  private JsonWriter() {}

  /**
   * Returns the value as UTF-8.
   *
   * @throws IllegalArgumentException if a string of ours holds a lone surrogate; no tree that was
   *     read does
   */
  public static ByteString write(Json value) {
    JsonWriter writer = new JsonWriter();
    writer.value(value);
    return ByteString.copyFrom(writer.buffer, 0, writer.size);
  }

  /** Returns the value as text, as {@link #write} has it. */
  public static String toText(Json value) {
    return write(value).toStringUtf8();
  }

  private void value(Json value) {
    switch (value) {
      case Json.Obj object -> object(object);
      case Json.Array array -> array(array);
      case Json.Text text -> string(text.value());
      case Json.Num number -> ascii(number.lexeme());
      case Json.Literal literal -> ascii(literal.text());
    }
  }

  private void object(Json.Obj object) {
    put('{');
    boolean first = true;
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      if (!first) {
        put(',');
      }
      first = false;
      string(member.getKey());
      put(':');
      value(member.getValue());
    }
    put('}');
  }

  private void array(Json.Array array) {
    put('[');
    boolean first = true;
    for (Json item : array.items()) {
      if (!first) {
        put(',');
      }
      first = false;
      value(item);
    }
    put(']');
  }

  private void string(String text) {
    reserve(text.length() + MARGIN);
    put('"');
    int i = 0;
    byte[] ascii = text.length() < LONG ? null : asAscii(text);
    if (ascii != null) {
      plain(ascii);
      i = ascii.length;
    }
    while (i < text.length()) {
      i = plain(text, i);
      if (buffer.length - size < MARGIN) {
        reserve(text.length() - i + MARGIN);
      } else if (i < text.length()) {
        i = special(text, i);
      }
    }
    put('"');
  }

  /** Returns the characters of a text of ASCII; null if it has others. */
  private static byte @Nullable [] asAscii(String text) {
    for (int i = 0; i < LONG; i++) {
      if (text.charAt(i) > '~') {
        return null;
      }
    }
    byte[] bytes = text.getBytes(UTF_8);
    return bytes.length == text.length() ? bytes : null;
  }

  /**
   * Writes a long text of ASCII, eight bytes at a time: all of them are copied, and those from the
   * first on that does not stand for itself are written again.
   */
  private void plain(byte[] text) {
    int at = 0;
    while (at < text.length) {
      if (buffer.length - size < MARGIN) {
        reserve(text.length - at + MARGIN);
      }
      int before = at;
      at = copied(text, at);
      if (at < before + Long.BYTES && at < text.length) {
        at = specials(text, at);
      }
    }
  }

  /** Copies up to eight bytes that stand for themselves; returns where the next byte is. */
  private int copied(byte[] text, int from) {
    if (from + Long.BYTES > text.length) {
      int at = from;
      while (at < text.length && ESCAPES[text[at]] == 0) {
        buffer[size++] = text[at++];
      }
      return at;
    }
    long word = (long) EIGHT_BYTES.get(text, from);
    EIGHT_BYTES.set(buffer, size, word);
    int copied = Long.numberOfTrailingZeros(specials(word)) / Byte.SIZE; // of none: all eight
    size += copied;
    return from + copied;
  }

  /** Writes bytes that do not stand for themselves; returns where the next is that does. */
  private int specials(byte[] text, int from) {
    int at = from;
    while (at < text.length && ESCAPES[text[at]] != 0) {
      if (buffer.length - size < MARGIN) {
        reserve(2L * (text.length - at) + MARGIN);
      }
      escape((char) text[at++]);
    }
    return at;
  }

  /**
   * Returns the highest bit of the first byte that does not stand for itself, and of some others.
   */
  private static long specials(long word) {
    long quote = word ^ (ONES * '"');
    long backslash = word ^ (ONES * '\\');
    long delete = word ^ (ONES * 0x7F);
    long some = (quote - ONES) | (backslash - ONES) | (delete - ONES) | (word - ONES * ' ');
    return some & HIGH_BITS;
  }

  private static boolean isPlain(char c) {
    return c < ESCAPES.length && ESCAPES[c] == 0;
  }

  /**
   * Writes characters from {@code from} on while they stand for themselves and there is room;
   * returns where the next is. Nearly all text is this, so the loop has nothing else in it.
   */
  private int plain(String text, int from) {
    byte[] out = buffer;
    int to = size;
    int end = (int) Math.min(text.length(), from + (long) out.length - to);
    int i = from;
    while (i < end) {
      char c = text.charAt(i);
      if (!isPlain(c)) {
        break;
      }
      out[to++] = (byte) c;
      i++;
    }
    size = to;
    return i;
  }

  /** Writes one character that does not stand for itself, or a pair; returns where the next is. */
  private int special(String text, int at) {
    char c = text.charAt(at);
    if (Character.isSurrogate(c)) {
      pair(c, at + 1 < text.length() ? text.charAt(at + 1) : 0);
      return at + 2;
    }
    special(c);
    return at + 1;
  }

  private void special(char c) {
    if (c == '"' || c == '\\') {
      escape(c);
    } else {
      other(c);
    }
  }

  private void other(char c) {
    if (c < 0xA0 || c == '\u2028' || c == '\u2029') {
      escape(c);
    } else if (c < 0x800) {
      buffer[size++] = (byte) (0xC0 | (c >> 6));
      buffer[size++] = (byte) (0x80 | (c & 0x3F));
    } else {
      buffer[size++] = (byte) (0xE0 | (c >> 12));
      buffer[size++] = (byte) (0x80 | ((c >> 6) & 0x3F));
      buffer[size++] = (byte) (0x80 | (c & 0x3F));
    }
  }

  private void pair(char high, char low) {
    if (!Character.isSurrogatePair(high, low)) {
      throw new IllegalArgumentException("text: lone surrogate (expected: well-formed UTF-16)");
    }
    int point = Character.toCodePoint(high, low);
    buffer[size++] = (byte) (0xF0 | (point >> 18));
    buffer[size++] = (byte) (0x80 | ((point >> 12) & 0x3F));
    buffer[size++] = (byte) (0x80 | ((point >> 6) & 0x3F));
    buffer[size++] = (byte) (0x80 | (point & 0x3F));
  }

  private void escape(char c) {
    byte kind = c < ESCAPES.length ? ESCAPES[c] : (byte) 'u';
    buffer[size++] = '\\';
    buffer[size++] = kind;
    if (kind == 'u') {
      for (int shift = 12; shift >= 0; shift -= 4) {
        buffer[size++] = HEX[(c >> shift) & 0xF];
      }
    }
  }

  private void ascii(String text) {
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      buffer[size++] = (byte) text.charAt(i);
    }
  }

  private void put(char c) {
    reserve(1);
    buffer[size++] = (byte) c;
  }

  private void reserve(long more) {
    if (buffer.length - size < more) {
      long wanted = Math.max(size + more, 2L * buffer.length);
      buffer = Arrays.copyOf(buffer, Math.toIntExact(wanted));
    }
  }
}
