package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.merkle.InclusionProof;
import java.util.Base64;

/**
 * That a leaf is in the log.
 *
 * @param head the signed tree that it is in
 * @param leaf the leaf, exactly as hashed
 */
public record Proof(InclusionProof inclusion, SignedCheckpoint head, ByteString leaf) {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  /** Entries of the tree that it is proved to be in. */
  public long treeSize() {
    return inclusion.size();
  }

  /*
   * c2sp.org/tlog-proof@v1
   * extra <base64 of the leaf>
   * index <decimal>
   * <base64 hash> …
   *
   * <checkpoint>
   */
  /** The proof as one text (C2SP tlog-proof), a receipt that needs no server to be checked. */
  public String text() {
    StringBuilder text = new StringBuilder("c2sp.org/tlog-proof@v1\n");
    text.append("extra ").append(BASE64.encodeToString(leaf.toByteArray())).append('\n');
    text.append("index ").append(inclusion.index()).append('\n');
    for (Hash hash : inclusion.path()) {
      text.append(BASE64.encodeToString(hash.bytes().toByteArray())).append('\n');
    }
    return text.append('\n').append(head.note().toStringUtf8()).toString();
  }
}
