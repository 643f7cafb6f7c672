package io.tabellion.rehearsal;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.LogStore;
import io.tabellion.audit.store.Row;
import io.tabellion.audit.store.StoredGroup;
import java.time.Duration;
import java.util.List;

/**
 * A store that keeps the newest head and nothing else: a log over it can be appended to, and not
 * read.
 *
 * <p>Thread-safe for one writer.
 */
final class UnkeptStore implements LogStore {
  private volatile TreeHead head = TreeHead.EMPTY;

  @Override
  public TreeHead head() {
    return head;
  }

  @Override
  public void append(TreeHead expected, List<Row> rows, TreeHead next) {
    head = next;
  }

  @Override
  public void note(ByteString memory) {}

  @Override
  public void requireInPlace() {}

  @Override
  public long cost(long leaves, long contents, int entries) {
    return leaves + contents;
  }

  @Override
  public long room(long largest) {
    return Long.MAX_VALUE / 2;
  }

  @Override
  public boolean grow(Duration timeout) {
    return true;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public StoredGroup groupOf(long index) {
    throw new IllegalStateException("entry " + index + ": not kept (expected: nobody reads)");
  }

  @Override
  public Hash root(int level, long number) {
    throw new IllegalStateException("tree: not kept (expected: nobody proves)");
  }

  @Override
  public boolean awaitSize(long above, Duration timeout) {
    return head.size() > above;
  }
}
