package io.tabellion.policy;

/**
 * Judges messages. Pure: the same question gets the same answer from one policy.
 *
 * <p>Immutable and thread-safe; a reload swaps the whole.
 */
public interface Policy {

  /** Returns what is to happen with the message. Never throws on hostile input. */
  Decision decide(Question question);

  /** Returns the SHA-256 of the file it was read from, hex. */
  String digest();
}
