package io.tabellion.jsonrpc;

import java.util.List;

/**
 * One thing that was mended in a message, because it has one safe reading. Entries list it as they
 * list what was masked.
 *
 * @param place names and numbers from the root of the message to the value; empty is the root. The
 *     names may be anybody's
 */
public record Repair(Kind kind, List<String> place) {
  public Repair {
    place = List.copyOf(place);
  }

  /** What was mended: a closed set of words. */
  public enum Kind {
    /** A member that is null, which says the same as none. */
    NULL_MEMBER("null-member"),
    /** A member that JSON-RPC messages do not have. */
    UNKNOWN_MEMBER("unknown-member"),
    /** An escaped surrogate without its partner; U+FFFD stands in its place. */
    LONE_SURROGATE("lone-surrogate"),
    /** Bytes that are not UTF-8, encoded surrogates too; U+FFFD stands in their place. */
    NOT_UTF8("not-utf-8"),
    /** A byte order mark before the document. */
    BYTE_ORDER_MARK("byte-order-mark"),
    /** An integer that was written with a fraction of zeros, or with an exponent. */
    INTEGER("integer"),
    /** A batch of one message, where batches are not known. */
    BATCH_OF_ONE("batch-of-one"),
    /** Parameters of a content type that say nothing. */
    CONTENT_TYPE("content-type"),
    /** A header that stood there several times, each time with the same value. */
    REPEATED_HEADER("repeated-header"),
    /** A session id on {@code initialize}, which begins a session of its own. */
    SESSION("session"),
    /** A body that answers nothing: to a notification, say. */
    BODY("body");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word in entries. */
    public String word() {
      return word;
    }
  }

  /** A repair of a header field. */
  public static Repair ofHeader(Kind kind, String header) {
    return new Repair(kind, List.of(header));
  }

  /** The place as a JSON Pointer (RFC 6901). */
  public String pointer() {
    StringBuilder pointer = new StringBuilder();
    place.forEach(step -> pointer.append('/').append(JsonPointer.escaped(step)));
    return pointer.toString();
  }
}
