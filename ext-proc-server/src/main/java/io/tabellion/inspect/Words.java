package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.secret.KeyedHash;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes facts of strings: short ones as they are, the rest by length and keyed digest, for what
 * stands in a leaf can never be erased. What a caller chose is masked before.
 *
 * <p>Thread-safe.
 */
final class Words {
  /** Longest text, in chars, that becomes a fact as it is. */
  static final int LONGEST = 256;

  private final KeyedHash hash;
  private final UnaryOperator<String> mask;

  /**
   * @param mask takes out what must not be kept
   */
  Words(KeyedHash hash, UnaryOperator<String> mask) {
    this.hash = hash;
    this.mask = mask;
  }

  /** Returns a text that a caller chose as a fact; null stays null. */
  @Nullable String chosen(@Nullable String text) {
    return text == null ? null : of(text.length() > LONGEST ? text : mask.apply(text));
  }

  /** Returns a text that was verified, or is ours, as a fact; null stays null. */
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

  /** Returns the digest of an event's id. */
  String event(String id) {
    return hash.of("event-id", id);
  }

  String session(String id) {
    return hash.of("session", id);
  }

  String owner(String principal) {
    return hash.of("owner", principal);
  }
}
