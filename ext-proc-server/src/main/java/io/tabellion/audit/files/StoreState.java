package io.tabellion.audit.files;

import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.merkle.Hash;
import java.util.List;

/**
 * Where the store stood after one of its groups.
 *
 * @param head of that group
 * @param groups how many there are up to it
 * @param newest where it begins
 * @param end where the next one goes
 * @param tail hashes of the leaves behind the last complete block
 */
record StoreState(SignedCheckpoint head, long groups, Place newest, Place end, List<Hash> tail) {

  StoreState {
    tail = List.copyOf(tail);
  }

  long size() {
    return head.checkpoint().size();
  }

  /** Complete blocks of 256 leaves. */
  long blocks() {
    return size() / TreeIndex.BLOCK;
  }
}
