package io.tabellion.cli.mask;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8, without their ends ({@code \n} or {@code \r\n}). What is no UTF-8 becomes U+FFFD,
 * and is counted. Confined.
 */
final class LineReader {
  /** Bytes of a line at most. */
  static final int LONGEST = 1 << 26;

  private static final int CHUNK = 1 << 16;

  private final InputStream in;
  private final int longest;
  private byte[] buffer = new byte[CHUNK];
  private int start;
  private int end;
  private boolean ended;
  private long lines;
  private long broken;

  LineReader(InputStream in) {
    this(in, LONGEST);
  }

  /**
   * @param longest bytes of a line at most
   */
  LineReader(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /**
   * Returns the next line, null behind the last one.
   *
   * @throws IllegalArgumentException if it is too long
   */
  @Nullable String next() throws IOException {
    int searched = start;
    while (true) {
      for (int i = searched; i < end; i++) {
        if (buffer[i] == '\n') {
          String line = line(i);
          start = i + 1;
          return line;
        }
      }
      searched = end;
      if (ended) {
        return rest();
      }
      searched -= fill();
    }
  }

  /** Returns how many of the lines so far held what is no UTF-8. */
  long broken() {
    return broken;
  }

  /** Returns whether the next line is not here yet, so that one would wait for it. */
  boolean isDrained() throws IOException {
    for (int i = start; i < end; i++) {
      if (buffer[i] == '\n') {
        return false;
      }
    }
    return in.available() == 0;
  }

  private @Nullable String rest() {
    if (start == end) {
      return null;
    }
    String line = line(end);
    start = end;
    return line;
  }

  private String line(int to) {
    checkLength(to - start);
    int last = to > start && buffer[to - 1] == '\r' ? to - 1 : to;
    String line = new String(buffer, start, last - start, StandardCharsets.UTF_8);
    lines++;
    broken += line.indexOf('\uFFFD') >= 0 && !isUtf8(buffer, start, last) ? 1 : 0;
    return line;
  }

  private void checkLength(int bytes) {
    if (bytes > longest) {
      throw new IllegalArgumentException(
          "line %d: too long (expected: at most %d bytes)".formatted(lines + 1, longest));
    }
  }

  /** Returns whether the bytes between the two indexes are UTF-8. */
  static boolean isUtf8(byte[] bytes, int from, int to) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  /** Reads more; returns by how much what is in the buffer moved to the front. */
  private int fill() throws IOException {
    int moved = start;
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    checkLength(end);
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = in.read(buffer, end, buffer.length - end);
    ended = read < 0;
    end += Math.max(0, read);
    return moved;
  }
}
