package io.tabellion.trail;

import com.google.protobuf.ByteString;

/** What is shown of an entry's content. */
public sealed interface ContentView {

  /** The entry has none. */
  record None() implements ContentView {}

  /**
   * What was said, masked as it was recorded.
   *
   * @param type media type
   * @param salt with it anyone can check the bytes against the commitment in the leaf; empty if it
   *     is not kept
   */
  record Present(String type, ByteString bytes, ByteString salt) implements ContentView {}

  /** It was erased; the leaf stays. */
  record Erased() implements ContentView {}

  /** It is there and cannot be decrypted. */
  record Unreadable() implements ContentView {}

  /** It is there and was not asked for, or is too large for the page. */
  record Omitted() implements ContentView {}

  /** Whether what was said is shown. */
  default boolean shows() {
    return this instanceof Present;
  }
}
