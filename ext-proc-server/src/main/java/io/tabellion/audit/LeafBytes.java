package io.tabellion.audit;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/**
 * The text of a leaf while it is written: UTF-8, in memory that grows.
 *
 * <p>Of one thread.
 */
final class LeafBytes {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  /** The most bytes of one char, as an escape. */
  private static final int LARGEST = 6;

  private byte[] buffer;
  private int size;

  /**
   * @param expected bytes that it will have, about
   */
  LeafBytes(int expected) {
    buffer = new byte[Math.max(LARGEST, expected)];
  }

  /** Adds a text of ASCII as it is. */
  LeafBytes ascii(String text) {
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      buffer[size++] = (byte) text.charAt(i);
    }
    return this;
  }

  /** Adds a number. */
  LeafBytes number(long number) {
    return ascii(Long.toString(number));
  }

  /** Adds bytes as they are. */
  LeafBytes bytes(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
    return this;
  }

  /** Adds bytes as they are. */
  LeafBytes bytes(ByteString bytes) {
    reserve(bytes.size());
    bytes.copyTo(buffer, size);
    size += bytes.size();
    return this;
  }

  /** Adds a text as a JSON string (docs/audit-format.md §4). */
  LeafBytes quoted(String text) {
    reserve(text.length() + 2);
    buffer[size++] = '"';
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
        buffer[size++] = (byte) c; // nearly all of it
        i++;
      } else {
        i += special(text, i);
        reserve(text.length() - i + 1);
      }
    }
    buffer[size++] = '"';
    return this;
  }

  /** All that was added. */
  ByteString toByteString() {
    return ByteString.copyFrom(buffer, 0, size);
  }

  /** The same as an array of its own. */
  byte[] toArray() {
    return buffer.length == size ? buffer : Arrays.copyOf(buffer, size);
  }

  /** Adds what does not stand for itself, or not in one byte; returns how many chars it is. */
  private int special(String text, int at) {
    reserve(LARGEST);
    char c = text.charAt(at);
    if (c < 0x80) {
      escape(c);
      return 1;
    }
    int point = text.codePointAt(at);
    boolean lone = point <= Character.MAX_VALUE && Character.isSurrogate((char) point);
    encode(lone ? '\uFFFD' : point); // half of a pair has no UTF-8
    return Character.charCount(point);
  }

  private void escape(char c) {
    buffer[size++] = '\\';
    switch (c) {
      case '"', '\\' -> buffer[size++] = (byte) c;
      case '\b' -> buffer[size++] = 'b';
      case '\f' -> buffer[size++] = 'f';
      case '\n' -> buffer[size++] = 'n';
      case '\r' -> buffer[size++] = 'r';
      case '\t' -> buffer[size++] = 't';
      default -> {
        buffer[size++] = 'u';
        buffer[size++] = '0';
        buffer[size++] = '0';
        buffer[size++] = HEX[c >> 4];
        buffer[size++] = HEX[c & 0xF];
      }
    }
  }

  private void encode(int point) {
    if (point < 0x800) {
      buffer[size++] = (byte) (0xC0 | (point >> 6));
    } else {
      if (point < 0x1_0000) {
        buffer[size++] = (byte) (0xE0 | (point >> 12));
      } else {
        buffer[size++] = (byte) (0xF0 | (point >> 18));
        buffer[size++] = (byte) (0x80 | ((point >> 12) & 0x3F));
      }
      buffer[size++] = (byte) (0x80 | ((point >> 6) & 0x3F));
    }
    buffer[size++] = (byte) (0x80 | (point & 0x3F));
  }

  private void reserve(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(size + more, 2 * buffer.length));
    }
  }
}
