package io.tabellion.audit.store;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the log makes of the leaves that a start finds. */
public interface LeafCheck {

  /**
   * Takes note of a leaf that counts; in order, each once.
   *
   * @throws DamagedException if it cannot be a leaf of this log
   */
  void visit(long index, ByteString leaf, Hash hash) throws DamagedException;

  /** Whether the stored content is what the leaf says, and its key can be unwrapped. */
  boolean isIntact(ByteString leaf, @Nullable Sealed sealed) throws IOException;
}
