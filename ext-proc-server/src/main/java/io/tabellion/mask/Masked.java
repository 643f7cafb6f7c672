package io.tabellion.mask;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.proof.Commitments;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message after masking, in two forms: what may travel and what may be kept. Only a {@link
 * Masker} makes one; approval and audit take nothing else (P4).
 *
 * <p>Immutable and thread-safe.
 */
public final class Masked {
  private final @Nullable Json forwardedTree;
  private final @Nullable ByteString forwarded;
  private final @Nullable ByteString recorded;
  private final List<String> places;
  private final List<String> shadowed;
  private final Map<String, Integer> counts;
  private final Commitments.@Nullable Sealed commitments;

  Masked(
      @Nullable Json forwardedTree,
      @Nullable ByteString forwarded,
      @Nullable ByteString recorded,
      Tally tally,
      List<String> shadowed,
      Commitments.@Nullable Sealed commitments) {
    this.forwardedTree = forwardedTree;
    this.forwarded = forwarded;
    this.recorded = recorded;
    this.places = List.copyOf(tally.lines());
    this.shadowed = List.copyOf(shadowed);
    this.counts = Map.copyOf(tally.counts());
    this.commitments = commitments;
  }

  /** The tree of what goes on, for headers that repeat it; null if nothing does. */
  public @Nullable Json forwardedTree() {
    return forwardedTree;
  }

  /** The bytes that go on; null if nothing does. */
  public @Nullable ByteString forwarded() {
    return forwarded;
  }

  /** The bytes that are kept; null if nothing is. */
  public @Nullable ByteString recorded() {
    return recorded;
  }

  /**
   * What was replaced, as the entry lists it: {@code DETECTOR LEGS COUNT PLACE}, where legs are
   * {@code both}, {@code record} or {@code sent}, or {@code split} where a part of the value went
   * out with events before, and the place is a JSON Pointer with {@code *} for numbers of items and
   * {@code ~} at its end for a name.
   */
  public List<String> places() {
    return places;
  }

  /**
   * What rules in shadow would have replaced in what goes on, were they enforced, and no other rule
   * did: {@code RULE DETECTOR COUNT PLACE}.
   */
  public List<String> shadowed() {
    return shadowed;
  }

  /** How many values were replaced, by detector. */
  public Map<String, Integer> counts() {
    return counts;
  }

  /** Commitments to what was replaced; null if there are none, or no key to seal their salt to. */
  public Commitments.@Nullable Sealed commitments() {
    return commitments;
  }
}
