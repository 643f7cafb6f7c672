package io.tabellion.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of one frame of an event stream (WHATWG HTML §9.2.6).
 *
 * <p>Absent and empty data differ: {@code id: 1} with empty data primes a client for resumption
 * (SEP-1699), {@code id: 1} without data only moves its last event id.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name of the event as it came; null for the usual {@code message}
 * @param id new last event id; empty resets it; null where the frame sets none
 * @param retry reconnection time in milliseconds, as digits; null where the frame sets none
 * @param data the data lines joined by LF, not decoded; null without a data line
 */
public record SseEvent(
    @Nullable String name, @Nullable String id, @Nullable String retry, @Nullable ByteString data) {

  /** Sets nothing, carries nothing. */
  public static final SseEvent IDLE = new SseEvent(null, null, null, null);

  /** No blank line behind it: old Java clients stall on some hundred comments that have one. */
  private static final ByteString COMMENT = ByteString.copyFromUtf8(":\n");

  /** Returns an event with the data and nothing else. */
  public static SseEvent of(ByteString data) {
    return new SseEvent(null, null, null, data);
  }

  /** Returns what the frame means. Never throws on hostile input. */
  public static SseEvent parse(ByteString frame) {
    return new SseFields(frame).event();
  }

  /** Whether the event sets nothing and carries nothing: comments, unknown fields. */
  public boolean isIdle() {
    return equals(IDLE);
  }

  /** Whether a client could take the event for a message, whatever its name. */
  public boolean hasMessage() {
    return data != null && !data.isEmpty();
  }

  /** Whether clients of MCP take the event for a message: named so, or not named. */
  public boolean isNamedMessage() {
    return name == null || name.equals("message");
  }

  /** Returns this event without its name. */
  public SseEvent withoutName() {
    return new SseEvent(null, id, retry, data);
  }

  /** Returns this event without its id. */
  public SseEvent withoutId() {
    return new SseEvent(name, null, retry, data);
  }

  /** Returns this event with other data. */
  public SseEvent withData(ByteString other) {
    return new SseEvent(name, id, retry, Objects.requireNonNull(other, "data"));
  }

  /**
   * Returns a frame that means this to every client; a bare comment line if it is idle.
   *
   * @throws IllegalStateException if a field is more than one line; no field that was parsed is,
   *     but its data may be
   */
  public ByteString write() {
    if (isIdle()) {
      return COMMENT;
    }
    ByteString.Output frame = ByteString.newOutput(data == null ? 128 : data.size() + 128);
    line(frame, "event", name == null ? null : ByteString.copyFromUtf8(name));
    line(frame, "id", id == null ? null : ByteString.copyFromUtf8(id));
    line(frame, "retry", retry == null ? null : ByteString.copyFromUtf8(retry));
    line(frame, "data", data);
    frame.write('\n');
    return frame.toByteString();
  }

  private static void line(ByteString.Output frame, String field, @Nullable ByteString value) {
    if (value == null) {
      return;
    }
    if (SseFields.indexOfLineEnd(value) >= 0) {
      throw new IllegalStateException(field + ": several lines (expected: one)");
    }
    byte[] start = (field + ": ").getBytes(UTF_8);
    frame.write(start, 0, start.length);
    byte[] bytes = value.toByteArray();
    frame.write(bytes, 0, bytes.length);
    frame.write('\n');
  }
}
