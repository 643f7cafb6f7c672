package io.tabellion.trail;

/** What a use case needs of a reader's {@link Role}. */
enum Right {
  /** Looking: entries, contents, proofs, pins. */
  READ,
  /** Letting callers use another definition of a tool. */
  ACCEPT_PINS
}
