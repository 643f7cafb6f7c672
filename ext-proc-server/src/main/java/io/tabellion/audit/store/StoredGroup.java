package io.tabellion.audit.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leaves that became durable together, as they are stored. Their contents are read when they are
 * asked for.
 *
 * <p>Thread-safe.
 */
public interface StoredGroup {

  /** Index of its first leaf. */
  long firstIndex();

  /** The leaves, in order; at least one. */
  List<ByteString> leaves();

  /**
   * Reads what is stored of a leaf's content; null if it has none.
   *
   * @param ordinal place of the leaf in {@link #leaves}
   * @throws DamagedException if it is not what was written
   */
  @Nullable Sealed sealed(int ordinal) throws IOException;
}
