package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.sse.SseEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event.
 *
 * @param number in the stream, from 1; 0 for what only keeps the connection alive
 * @param size as it came
 * @param parsed its message, null if it has none
 * @param notes about its messages, in their order
 * @param secretId its id as it came, where that does not go on; else null
 */
record EventFrame(
    SseEvent event,
    int number,
    int size,
    @Nullable Parsed parsed,
    List<Notes> notes,
    @Nullable String secretId) {
  EventFrame {
    notes = List.copyOf(notes);
  }

  /** An event of ours in place of some that came. */
  static EventFrame own(int number) {
    return new EventFrame(SseEvent.of(ByteString.EMPTY), number, 0, null, List.of(), null);
  }

  /** The id as it came. */
  @Nullable String id() {
    return secretId == null ? event.id() : secretId;
  }

  /** Numbers are unique within a stream; what has none has no part. */
  boolean sameAs(EventFrame other) {
    return number == other.number;
  }
}
