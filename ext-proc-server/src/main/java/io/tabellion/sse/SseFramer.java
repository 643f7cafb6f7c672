package io.tabellion.sse;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a {@code text/event-stream} body into frames, one per event, however the body was chunked.
 *
 * <p>A frame ends with the blank line that dispatches its event (WHATWG HTML §9.2.6). A comment
 * line between two events is a frame of its own and does not wait for a blank line, so that
 * keep-alives stay prompt. Left out are a byte order mark at the start, the LF of a frame's last
 * CRLF, and blank lines between frames; else the frames joined, with {@link #finish}, are the body.
 * Framing says where an event ends, never what it means.
 *
 * <p>Linear in the body, also for chunks of one byte.
 *
 * <p>Not thread-safe: a framer belongs to one response body and has one caller at a time.
 */
public final class SseFramer {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** A larger buffer is given back after its frame: most events are small. */
  private static final int KEPT_BYTES = 64 * 1024;

  private final int maxFrameBytes;

  /** Bytes of the unfinished frame that came in earlier chunks. */
  private byte[] pending = new byte[0];

  private int pendingSize;

  /** Where in the frame, earlier chunks included, the current line begins. */
  private int lineStart;

  private boolean afterCr;
  private int markBytes;
  private boolean tooLarge;

  /** Whether the first byte of the current line, which is its frame's first line, is a colon. */
  private boolean comment;

  /** Creates a framer that refuses a frame of more than {@code maxFrameBytes}. */
  public SseFramer(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Returns the frames that {@code chunk} completes, and whether the next is too large. */
  public Frames feed(ByteString chunk) {
    List<ByteString> frames = new ArrayList<>();
    if (tooLarge) {
      return new Frames(frames, true);
    }
    byte[] bytes = chunk.toByteArray();
    int start = skipMark(bytes);
    for (int i = start; i < bytes.length; i++) {
      byte b = bytes[i];
      int size = pendingSize + i - start;
      if (b == '\n' && afterCr) {
        // The second half of a line end: it stays in the frame, or falls between two.
        afterCr = false;
        if (size == 0) {
          start = i + 1;
        } else {
          lineStart = size + 1;
        }
        continue;
      }
      afterCr = b == '\r';
      if (b != '\r' && b != '\n') {
        comment |= size == 0 && b == ':';
        continue;
      }
      boolean blank = size == lineStart;
      if (size == 0) {
        start = i + 1;
      } else if (blank || comment) {
        if (size + 1 > maxFrameBytes) {
          return outgrown(frames);
        }
        frames.add(frame(bytes, start, i + 1));
        start = i + 1;
      } else {
        lineStart = size + 1;
      }
    }
    if (pendingSize + bytes.length - start > maxFrameBytes) {
      return outgrown(frames);
    }
    keep(bytes, start);
    return new Frames(frames, false);
  }

  /**
   * Returns what stands after the last frame at the end of the body. A browser drops it; other
   * clients take it for an event, so it must be judged like one.
   */
  public Optional<ByteString> finish() {
    return pendingSize == 0 ? Optional.empty() : Optional.of(frame(new byte[0], 0, 0));
  }

  private Frames outgrown(List<ByteString> frames) {
    tooLarge = true;
    pending = new byte[0];
    pendingSize = 0;
    return new Frames(frames, true);
  }

  /**
   * Ends the frame of the pending bytes and those of the chunk from {@code start} to {@code end}.
   */
  private ByteString frame(byte[] bytes, int start, int end) {
    ByteString frame =
        ByteString.copyFrom(pending, 0, pendingSize)
            .concat(ByteString.copyFrom(bytes, start, end - start));
    if (pending.length > KEPT_BYTES) {
      pending = new byte[0];
    }
    pendingSize = 0;
    lineStart = 0;
    comment = false;
    return frame;
  }

  private void keep(byte[] bytes, int start) {
    int more = bytes.length - start;
    if (pending.length - pendingSize < more) {
      long doubled = Math.max(2L * pending.length, 256);
      long size = Math.max(pendingSize + (long) more, Math.min(doubled, maxFrameBytes));
      pending = Arrays.copyOf(pending, Math.toIntExact(size));
    }
    System.arraycopy(bytes, start, pending, pendingSize, more);
    pendingSize += more;
  }

  /** Returns how many bytes of the chunk belong to a byte order mark at the start of the body. */
  private int skipMark(byte[] bytes) {
    int i = 0;
    while (markBytes < BYTE_ORDER_MARK.length && i < bytes.length) {
      if (bytes[i] != BYTE_ORDER_MARK[markBytes]) {
        // No mark after all: the bytes taken for one are the first of the frame.
        keep(Arrays.copyOf(BYTE_ORDER_MARK, markBytes), 0);
        markBytes = BYTE_ORDER_MARK.length;
        return i;
      }
      markBytes++;
      i++;
    }
    return i;
  }
}
