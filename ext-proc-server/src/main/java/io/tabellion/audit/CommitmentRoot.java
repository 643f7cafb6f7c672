package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.merkle.Hash;
import java.util.Base64;

/** The root over many commitments, as a leaf tells it (docs/audit-format.md §4.2). */
public final class CommitmentRoot {
  private CommitmentRoot() {}

  /**
   * Returns how many commitments there are, {@code :}, and the root of the tree (RFC 9162) whose
   * leaves they are, in base64.
   *
   * @param values the commitments, one after another
   * @param size bytes of one
   */
  public static String of(ByteString values, int size) {
    Frontier tree = Frontier.EMPTY;
    int count = values.size() / size;
    for (int i = 0; i < count; i++) {
      tree = tree.append(Hash.ofLeaf(values.substring(i * size, (i + 1) * size)));
    }
    return count + ":" + Base64.getEncoder().encodeToString(tree.root().bytes().toByteArray());
  }
}
