package io.tabellion.sse;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What a chunk completed.
 *
 * @param frames complete frames, oldest first
 * @param tooLarge whether the frame after them outgrew the limit: the stream must be closed, what
 *     is fed later is ignored
 */
public record Frames(List<ByteString> frames, boolean tooLarge) {
  public Frames {
    frames = List.copyOf(frames);
  }
}
