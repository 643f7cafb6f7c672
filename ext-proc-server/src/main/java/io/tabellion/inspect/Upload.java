package io.tabellion.inspect;

import com.google.protobuf.ByteString;

/** What came of collecting a body, a request's or an answer's. */
public sealed interface Upload {

  /** Bytes that are to be read. */
  default long size() {
    return switch (this) {
      case Whole(ByteString bytes) -> bytes.size();
      case None _, Cut _ -> 0;
    };
  }

  /** There is none: the head ended the message. */
  record None() implements Upload {}

  /** All of it. */
  record Whole(ByteString bytes) implements Upload {}

  /**
   * Not all of it.
   *
   * @param seen bytes that arrived
   */
  record Cut(Why why, long seen) implements Upload {}

  /** Why a body was not read to its end. */
  enum Why {
    /** It is larger than its cap. */
    TOO_LARGE,
    /** It took longer than it may. */
    TOO_SLOW,
    /** All held bodies together are larger than the budget. */
    NO_ROOM,
    /** The client, or Envoy, gave up. */
    GONE,
    /** The head was enough to refuse it. */
    NOT_WANTED
  }
}
