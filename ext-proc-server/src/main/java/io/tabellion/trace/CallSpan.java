package io.tabellion.trace;

/** The span of one message of a client. Thread-safe; never blocks. */
public interface CallSpan {
  /** Of a message that is not traced. */
  CallSpan NONE = (how, failed) -> {};

  /**
   * Ends it, once; later calls do nothing.
   *
   * @param how it ended: a word of the audit format
   * @param failed whether that is an error
   */
  void end(String how, boolean failed);
}
