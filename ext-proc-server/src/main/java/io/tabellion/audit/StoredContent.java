package io.tabellion.audit;

/** What is left of an entry's content. */
public sealed interface StoredContent {

  /** The entry never had content. */
  record None() implements StoredContent {}

  /** Decrypted, and it matches the leaf's hash and commitment. */
  record Clear(Entry.Content content) implements StoredContent {}

  /** Its key frame was overwritten. */
  record Erased() implements StoredContent {}
}
