package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.mask.Masker;
import io.tabellion.mask.Masking;
import io.tabellion.secret.KeyedHash;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes facts of strings, for what stands in a leaf can never be erased. What others chose is masked
 * first, whole, and only what is left is shortened: a cut before would leave a part of a secret that
 * no detector knows any more. Short texts stand as they are; of longer ones names are cut, all others
 * stand by length and keyed digest.
 *
 * <p>Thread-safe.
 */
final class Words {
  /** Longest text, in chars, that becomes a fact as it is. */
  static final int LONGEST = 256;

  private final KeyedHash hash;
  private final Masker masker;
  private final Supplier<Masking> baseline;

  /**
   * @param baseline what must not be kept of anything
   */
  Words(KeyedHash hash, Masker masker, Supplier<Masking> baseline) {
    this.hash = hash;
    this.masker = masker;
    this.baseline = baseline;
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
    if (shown.length() <= LONGEST) {
      return shown;
    }
    String cut = shown.substring(0, LONGEST);
    int mark = cut.lastIndexOf('[');
    return mark > cut.lastIndexOf(']') && shown.indexOf(']', LONGEST) >= 0
        ? cut.substring(0, mark)
        : cut;
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
