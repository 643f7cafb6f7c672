package io.tabellion.mask;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a message what must not travel or be kept, and writes the rest. From here on there
 * are bytes only, and they are ours: a re-serialisation of the tree that was judged (P3).
 *
 * <p>Pure and thread-safe.
 */
public final class Masker {

  /**
   * Returns the message masked by the rules.
   *
   * @param sent what is to go on, null if nothing is
   * @param kept what is to be recorded, null if nothing is
   */
  public Masked mask(@Nullable Json sent, @Nullable Json kept, Masking masking) {
    return mask(
        sent == null ? null : Walk.masked(sent, masking, MaskRule.Where.BOTH),
        kept == null ? null : Walk.masked(kept, masking, MaskRule.Where.RECORD));
  }

  /**
   * Returns the message as it is.
   *
   * @param sent what is to go on, null if nothing is
   * @param kept what is to be recorded, null if nothing is
   */
  public Masked mask(@Nullable Json sent, @Nullable Json kept) {
    ByteString forwarded = sent == null ? null : JsonWriter.write(sent);
    if (kept == null || kept.equals(sent)) {
      return new Masked(forwarded, kept == null ? null : forwarded, List.of());
    }
    return new Masked(forwarded, JsonWriter.write(kept), List.of());
  }
}
