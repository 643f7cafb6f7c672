package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.secret.Sha256;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Where a page ended. The text is opaque to callers: base64url of version, digest of the question,
 * bound and last index. It holds no secret and grants nothing, so it is not signed; it has no
 * lifetime, since indexes never change their entry.
 *
 * @param question first 8 bytes of the SHA-256 of what was asked
 * @param bound only entries below it were there when the first page was made
 * @param last index of the last entry that was shown
 */
record PageToken(long question, long bound, long last) {
  private static final byte VERSION = 1;
  private static final int LENGTH = 1 + 3 * Long.BYTES;

  /** Returns the digest of a question, encoded without what differs from page to page. */
  static long question(ByteString question) {
    byte[] digest = Sha256.begin().digest(question.toByteArray());
    return ByteBuffer.wrap(digest).getLong();
  }

  /**
   * Reads a token.
   *
   * @throws TrailException if it is none, or of another question
   */
  static PageToken parse(String text, long question) {
    ByteBuffer bytes = ByteBuffer.wrap(decode(text));
    if (bytes.remaining() != LENGTH || bytes.get() != VERSION) {
      throw unknown();
    }
    PageToken token = new PageToken(bytes.getLong(), bytes.getLong(), bytes.getLong());
    if (token.question != question) {
      throw TrailException.invalid(
          "page_token", "of another question", "the same filter and order as for the first page");
    }
    if (token.bound < 0 || token.last < 0) {
      throw unknown();
    }
    return token;
  }

  String text() {
    byte[] bytes =
        ByteBuffer.allocate(LENGTH)
            .put(VERSION)
            .putLong(question)
            .putLong(bound)
            .putLong(last)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static TrailException unknown() {
    return TrailException.invalid("page_token", "unknown", "next_page_token of the page before");
  }
}
