package io.tabellion.trace;

import io.tabellion.audit.EntryId;
import io.tabellion.audit.Facts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where spans of calls begin. They say what the entries say, and no content.
 *
 * <p>Thread-safe; never blocks.
 */
public interface Traces {
  /** No traces. */
  Traces NONE =
      new Traces() {
        @Override
        public boolean on() {
          return false;
        }

        @Override
        public CallSpan begin(
            @Nullable TraceParent parent, Instant began, EntryId entry, Facts facts) {
          return CallSpan.NONE;
        }
      };

  /** Whether there are any: else nothing need be prepared for {@link #begin}. */
  default boolean on() {
    return true;
  }

  /**
   * Begins the span of a message of a client.
   *
   * @param parent the span that its client says it belongs to; null if it says none
   * @param began when the message came
   * @param entry of its intent
   * @param facts that its entry says
   */
  CallSpan begin(@Nullable TraceParent parent, Instant began, EntryId entry, Facts facts);
}
