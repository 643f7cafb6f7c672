package io.tabellion.cli.mask;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8, without their ends ({@code \n} or {@code \r\n}). What is no UTF-8 becomes U+FFFD.
 * Confined.
 */
final class LineReader {
  private static final int CHUNK = 1 << 16;

  private final InputStream in;
  private byte[] buffer = new byte[CHUNK];
  private int start;
  private int end;
  private boolean ended;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** Returns the next line, null behind the last one. */
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
    int last = to > start && buffer[to - 1] == '\r' ? to - 1 : to;
    return new String(buffer, start, last - start, StandardCharsets.UTF_8);
  }

  /** Reads more; returns by how much what is in the buffer moved to the front. */
  private int fill() throws IOException {
    int moved = start;
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = in.read(buffer, end, buffer.length - end);
    ended = read < 0;
    end += Math.max(0, read);
    return moved;
  }
}
