package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.secret.KeyedHash;
import org.jspecify.annotations.Nullable;

/**
 * Makes facts of strings that others chose: short ones as they are, the rest by length and keyed
 * digest, for what stands in a leaf can never be erased.
 *
 * <p>Thread-safe.
 */
final class Words {
  /** Longest text, in chars, that becomes a fact as it is. */
  static final int LONGEST = 256;

  private final KeyedHash hash;

  Words(KeyedHash hash) {
    this.hash = hash;
  }

  /** Returns the text as a fact; null stays null. */
  @Nullable String of(@Nullable String text) {
    if (text == null || text.length() <= LONGEST) {
      return text;
    }
    return "length %d, digest %s".formatted(text.length(), hash.of("text", text));
  }

  /** Returns the digest of a body. */
  String body(ByteString bytes) {
    return hash.of("body", bytes);
  }

  String session(String id) {
    return hash.of("session", id);
  }

  String owner(String principal) {
    return hash.of("owner", principal);
  }
}
