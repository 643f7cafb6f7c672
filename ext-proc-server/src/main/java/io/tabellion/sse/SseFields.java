package io.tabellion.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** The lines of one frame, read field by field. Not thread-safe. */
final class SseFields {
  /** Digits of a retry that we pass on: below 2 weeks, and an int to every client. */
  private static final int RETRY_DIGITS = 9;

  /** Characters of an id that we pass on: as many as an entry holds of it in clear. */
  private static final int ID_LENGTH = 256;

  private final byte[] frame;
  private @Nullable String name;
  private @Nullable String id;
  private @Nullable String retry;
  private ByteString.@Nullable Output data;

  SseFields(ByteString bytes) {
    this.frame = bytes.toByteArray();
  }

  SseEvent event() {
    int start = 0;
    while (start < frame.length) {
      int end = lineEnd(start);
      line(start, end);
      boolean crLf = end + 1 < frame.length && frame[end] == '\r' && frame[end + 1] == '\n';
      start = crLf ? end + 2 : end + 1;
    }
    return new SseEvent(name, id, retry, data == null ? null : data.toByteString());
  }

  /** Returns where the first CR or LF stands, or -1. */
  static int indexOfLineEnd(ByteString value) {
    for (int i = 0; i < value.size(); i++) {
      if (value.byteAt(i) == '\r' || value.byteAt(i) == '\n') {
        return i;
      }
    }
    return -1;
  }

  private int lineEnd(int start) {
    int end = start;
    while (end < frame.length && frame[end] != '\r' && frame[end] != '\n') {
      end++;
    }
    return end;
  }

  private void line(int start, int end) {
    int colon = start;
    while (colon < end && frame[colon] != ':') {
      colon++;
    }
    int value = colon + 1 < end && frame[colon + 1] == ' ' ? colon + 2 : Math.min(colon + 1, end);
    switch (text(start, colon)) {
      case "event" -> name = value == end ? null : printable(text(value, end));
      case "data" -> data(value, end);
      case "id" -> id(text(value, end));
      case "retry" -> retry(text(value, end));
      default -> {
        // A comment has an empty field name; unknown fields are ignored (§9.2.6).
      }
    }
  }

  /**
   * A client may break a line at any of the characters that are not printable; NUL voids an id. One
   * that is passed over leaves the one before in force, so a client that resumes gets more.
   */
  private void id(String value) {
    if (value.length() <= ID_LENGTH && printable(value).equals(value)) {
      id = value;
    }
  }

  private void retry(String value) {
    boolean digits = value.chars().allMatch(c -> c >= '0' && c <= '9');
    if (digits && !value.isEmpty() && value.length() <= RETRY_DIGITS) {
      retry = value;
    }
  }

  private void data(int start, int end) {
    if (data == null) {
      data = ByteString.newOutput(frame.length);
    } else {
      data.write('\n');
    }
    data.write(frame, start, end - start);
  }

  private String text(int start, int end) {
    return new String(frame, start, end - start, UTF_8);
  }

  /** Returns the text with U+FFFD for what some client could take for the end of a line. */
  private static String printable(String value) {
    StringBuilder text = new StringBuilder(value);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        text.setCharAt(i, '\uFFFD');
      }
    }
    return text.toString();
  }
}
