package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.follow.Source;
import io.tabellion.audit.merkle.ConsistencyProof;
import io.tabellion.audit.merkle.InclusionProof;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads the record. It sees durable entries only, each as soon as it is durable.
 *
 * <p>Thread-safe; all but {@link #size}, {@link #head} and {@link #key} read files. Every method
 * that reads throws {@link AuditDamagedException} if the disk does not hold what was written.
 */
public interface AuditReader extends Source {

  /** Number of durable entries; grows, never shrinks. */
  @Override
  long size();

  /** The signed head over {@link #size} entries or a few more; it is durable. */
  SignedCheckpoint head();

  /** What {@link #head} verifies with. */
  VerifierKey key();

  /**
   * Returns one entry.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ index &lt; {@link #size}
   */
  StoredEntry read(long index);

  /**
   * Returns entries from {@code from} on, at least one and at most {@code most}; none if {@code
   * from} is {@link #size}. To iterate: ask again from the last index + 1.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ from ≤ size
   */
  List<StoredEntry> read(long from, int most);

  /**
   * Begins to read onward, from wherever the first {@link Feed#read} says. New entries come as they
   * were appended, without a look at the disk, as long as the reading keeps up; others are read.
   */
  default Feed feed() {
    return new Feed() {
      @Override
      public List<StoredEntry> read(long from, int most) {
        return AuditReader.this.read(from, most);
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Somebody who reads onward. What all of them have read is forgotten by the memory, but not by
   * the record. Used by one thread at a time.
   */
  interface Feed extends AutoCloseable {

    /**
     * As {@link AuditReader#read(long, int)}; what stands before {@code from} will not be asked for
     * again, or else is read from the disk.
     */
    List<StoredEntry> read(long from, int most);

    /** Ends the reading. */
    @Override
    void close();
  }

  /**
   * Returns the salt of the commitment to an entry's content; empty if it has none or it was
   * erased. With it whoever has content and leaf can check that they belong together.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ index &lt; {@link #size}
   */
  Optional<ByteString> salt(long index);

  /**
   * Proves that {@code index} is in the tree of {@code size} entries, e.g. of {@link #head}.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ index &lt; size ≤ {@link #size}
   */
  InclusionProof prove(long index, long size);

  /**
   * Proves that the tree of {@code first} entries is a prefix of the one of {@code second}.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ first ≤ second ≤ {@link #size}
   */
  ConsistencyProof proveConsistency(long first, long second);

  /**
   * Waits until there are more than {@code above} entries.
   *
   * @return false if the time passed or the log was closed before
   */
  @Override
  boolean awaitSize(long above, Duration timeout) throws InterruptedException;
}
