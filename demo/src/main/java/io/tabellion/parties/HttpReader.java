package io.tabellion.parties;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole HTTP/1.1 messages (RFC 9112), one after another, from a connection whose other end is
 * ours or Envoy: bodies by content-length or chunked, no trailers. Made to cost little, because
 * load client and load server share the cores with what they measure.
 *
 * <p>Not thread-safe: one reader belongs to one connection.
 */
public final class HttpReader {
  private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};

  private byte[] bytes = new byte[4096];
  private int size;

  /** One message: its head (ISO 8859-1, without the blank line) and its whole body as UTF-8. */
  public record Message(String head, String body) {

    private static Message of(String head, byte[] bytes, int from, int length) {
      return new Message(head, new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    /** Status of an answer; throws on a request. */
    public int status() {
      return Integer.parseInt(head, 9, 12, 10);
    }
  }

  /** Takes what the channel has now; returns false at its end. */
  public boolean fill(ReadableByteChannel channel) throws IOException {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    int count = channel.read(ByteBuffer.wrap(bytes, size, bytes.length - size));
    size += Math.max(count, 0);
    return count >= 0;
  }

  /** Returns the next message if it is there as a whole, else null. */
  public @Nullable Message next() {
    int end = headEnd();
    if (end < 0) {
      return null;
    }
    String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    String lower = head.toLowerCase(Locale.ROOT);
    int start = end + BLANK_LINE.length;
    return lower.contains("\r\ntransfer-encoding: chunked")
        ? chunked(head, start)
        : counted(head, start, contentLength(lower));
  }

  private @Nullable Message counted(String head, int start, int length) {
    if (size < start + length) {
      return null;
    }
    Message message = Message.of(head, bytes, start, length);
    consume(start + length);
    return message;
  }

  private @Nullable Message chunked(String head, int start) {
    byte[] body = new byte[Math.max(size - start, 0)];
    int length = 0;
    int at = start;
    while (true) {
      int lineEnd = lineEnd(at);
      if (lineEnd < 0) {
        return null;
      }
      int chunk = chunkSize(at, lineEnd);
      int from = lineEnd + 2;
      if (size < from + chunk + 2) {
        return null;
      }
      System.arraycopy(bytes, from, body, length, chunk);
      length += chunk;
      at = from + chunk + 2;
      if (chunk == 0) {
        consume(at);
        return Message.of(head, body, 0, length);
      }
    }
  }

  private int chunkSize(int from, int to) {
    String line = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    int semicolon = line.indexOf(';');
    return Integer.parseInt(semicolon < 0 ? line : line.substring(0, semicolon), 16);
  }

  private static int contentLength(String lower) {
    int at = lower.indexOf("\r\ncontent-length: ");
    if (at < 0) {
      return 0;
    }
    int from = at + 18;
    int to = lower.indexOf('\r', from);
    return Integer.parseInt(lower, from, to < 0 ? lower.length() : to, 10);
  }

  private int headEnd() {
    for (int i = 3; i < size; i++) {
      if (bytes[i] == '\n' && Arrays.equals(bytes, i - 3, i + 1, BLANK_LINE, 0, 4)) {
        return i - 3;
      }
    }
    return -1;
  }

  private int lineEnd(int from) {
    for (int i = from; i + 1 < size; i++) {
      if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void consume(int count) {
    System.arraycopy(bytes, count, bytes, 0, size - count);
    size -= count;
  }
}
