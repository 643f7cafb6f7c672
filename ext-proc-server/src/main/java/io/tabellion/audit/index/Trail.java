package io.tabellion.audit.index;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;

/**
 * The record as its readers see it: entries that are durable and signed, and nothing else.
 *
 * <p>Thread-safe. Blocking: methods read files.
 */
public interface Trail {

  /** Returns the name of the log. */
  String origin();

  /** Returns how many entries are durable: indexes 0 to size - 1 can be read. */
  long size();

  /** Waits until there are more than {@code size} entries or the time is over; returns the size. */
  long awaitMoreThan(long size, Duration time) throws InterruptedException;

  /**
   * Returns the exact bytes of a leaf.
   *
   * @throws IllegalArgumentException if there is no such entry
   */
  ByteString leaf(long index);

  /** Returns what was said, decrypted. */
  Said content(long index);

  /** Returns a proof of inclusion in a signed tree that holds the entry. */
  Inclusion prove(long index);

  /** Returns the newest signed tree head, a C2SP tlog-checkpoint. */
  String checkpoint();

  /** What an entry's content turned out to be. */
  sealed interface Said {

    /** The entry has none. */
    record Nothing() implements Said {}

    /**
     * The content.
     *
     * @param salt of the commitment in the leaf
     */
    record Content(String mediaType, ByteString bytes, ByteString salt) implements Said {}

    /** It was erased. */
    record Erased() implements Said {}

    /** It should be there and cannot be read: a key is missing or bytes are damaged. */
    record Unreadable() implements Said {}
  }

  /**
   * A proof of inclusion (RFC 9162 §2.1.3).
   *
   * @param size of the tree
   * @param hashes from the leaf upwards, 32 bytes each
   * @param checkpoint note that signs the tree
   */
  record Inclusion(long index, long size, List<ByteString> hashes, String checkpoint) {
    public Inclusion {
      hashes = List.copyOf(hashes);
    }
  }
}
