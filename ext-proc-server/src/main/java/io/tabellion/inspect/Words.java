package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.mask.Masker;
import io.tabellion.mask.rule.Masking;
import io.tabellion.secret.KeyedHash;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes facts of strings, for what stands in a leaf can never be erased. What others chose is
 * masked first, whole, and only what is left is shortened: a cut before would leave a part of a
 * secret that no detector knows any more. Short texts stand as they are; of longer ones names are
 * cut, all others stand by length and keyed digest.
 *
 * <p>Thread-safe.
 */
final class Words {
  /** Longest text, in chars, that becomes a fact as it is. */
  static final int LONGEST = 256;

  /** Longest text of an error, in chars, that goes on. */
  private static final int LONGEST_ERROR = 1_000;

  private final KeyedHash hash;
  private final Masker masker;
  private final Supplier<Masking> baseline;
  private final Supplier<Masking> headers;

  /**
   * @param baseline what must not be kept of anything
   * @param headers what must not stand in a header
   */
  Words(KeyedHash hash, Masker masker, Supplier<Masking> baseline, Supplier<Masking> headers) {
    this.hash = hash;
    this.masker = masker;
    this.baseline = baseline;
    this.headers = headers;
  }

  /** Returns a text that a caller chose as a fact; null stays null. */
  @Nullable String chosen(@Nullable String text) {
    return text == null
        ? null
        : of(text.length() > LONGEST ? text : masker.words(text, baseline.get()));
  }

  /**
   * Returns a name that somebody chose, in printable ASCII and cut to {@value #LONGEST} characters;
   * never within the mark of what was masked.
   */
  String name(String text) {
    String shown = masker.words(text, baseline.get()).replaceAll("[^ -~]", "?");
    return shown.length() <= LONGEST ? shown : cut(shown, LONGEST);
  }

  /** Cuts a text that is masked, never within a mark or a character. */
  private static String cut(String masked, int length) {
    String cut = masked.substring(0, length);
    int mark = cut.lastIndexOf('[');
    if (mark > cut.lastIndexOf(']') && masked.indexOf(']', length) >= 0) {
      return cut.substring(0, mark);
    }
    return Character.isHighSurrogate(cut.charAt(length - 1)) ? cut.substring(0, length - 1) : cut;
  }

  /** Whether a value of a header, or the id of an event, holds no secret and no address of mail. */
  boolean isPlain(String value) {
    return masker.words(value, headers.get()).equals(value);
  }

  /** Returns the text of an error, masked as the record is and then cut. */
  String error(String text, Masking masking) {
    String shown = masker.words(text, List.of("error"), "message", masking);
    return shown.length() <= LONGEST_ERROR ? shown : cut(shown, LONGEST_ERROR) + "…";
  }

  /** Returns the text of a member, of the object at that place, masked as it is there. */
  @Nullable String chosen(
      @Nullable String text, List<String> place, String member, Masking masking) {
    return text == null
        ? null
        : of(text.length() > LONGEST ? text : masker.words(text, place, member, masking));
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

  /** Returns the digest of a task's id, which is bearer-like. */
  String task(String id) {
    return hash.of("task", id);
  }

  String owner(String principal) {
    return hash.of("owner", principal);
  }
}
