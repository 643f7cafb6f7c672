package io.tabellion.secret;

import com.google.protobuf.ByteString;

/**
 * HMAC-SHA256 under the log's own digest key, for values that must be joinable but not readable:
 * session ids, callers, conversations, bodies.
 *
 * <p>Thread-safe.
 */
public interface KeyedHash {

  /**
   * Returns the digest, 64 hex digits.
   *
   * @param label what kind of value it is; the same value under another label has another digest
   */
  String of(String label, ByteString value);

  /** The same over UTF-8. */
  default String of(String label, String value) {
    return of(label, ByteString.copyFromUtf8(value));
  }
}
