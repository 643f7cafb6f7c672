package io.tabellion.audit.store;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * A group as it was read, without its contents.
 *
 * @param place where it lies
 * @param leaves in order, the first of them at {@code header.firstIndex()}
 * @param head note
 */
public record StoredGroup(
    Place place, GroupHeader header, ByteString keys, List<ByteString> leaves, ByteString head) {

  public StoredGroup {
    leaves = List.copyOf(leaves);
  }

  public long firstIndex() {
    return header.firstIndex();
  }
}
