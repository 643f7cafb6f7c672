package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * A group as it was read from a segment, without its contents.
 *
 * @param place where it lies
 * @param leaves in order, the first of them at {@code header.firstIndex()}
 * @param head note
 */
record FileGroup(
    Place place, GroupHeader header, ByteString keys, List<ByteString> leaves, ByteString head) {

  public FileGroup {
    leaves = List.copyOf(leaves);
  }

  long firstIndex() {
    return header.firstIndex();
  }
}
