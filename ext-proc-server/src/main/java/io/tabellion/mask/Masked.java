package io.tabellion.mask;

import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message after masking, in two forms: what may travel and what may be kept. Only a {@link
 * Masker} makes one; approval and audit take nothing else (P4).
 *
 * <p>Immutable and thread-safe.
 */
public final class Masked {
  private final @Nullable ByteString forwarded;
  private final @Nullable ByteString recorded;
  private final List<String> places;

  Masked(@Nullable ByteString forwarded, @Nullable ByteString recorded, List<String> places) {
    this.forwarded = forwarded;
    this.recorded = recorded;
    this.places = List.copyOf(places);
  }

  /** The bytes that go on; null if nothing does. */
  public @Nullable ByteString forwarded() {
    return forwarded;
  }

  /** The bytes that are kept; null if nothing is. */
  public @Nullable ByteString recorded() {
    return recorded;
  }

  /** What was replaced, as the entry lists it: detector, place, count. */
  public List<String> places() {
    return places;
  }
}
