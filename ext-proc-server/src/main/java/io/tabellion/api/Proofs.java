package io.tabellion.api;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.merkle.InclusionProof;
import io.tabellion.audit.v1.Checkpoint;
import io.tabellion.audit.v1.Proof;
import java.util.Base64;

/** Translates proofs and checkpoints; writes the C2SP tlog-proof text. */
final class Proofs {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private Proofs() {}

  static Proof toApi(InclusionProof inclusion, SignedCheckpoint head, ByteString leaf) {
    String note = head.note().toStringUtf8();
    return Proof.newBuilder()
        .setIndex(inclusion.index())
        .setTreeSize(inclusion.size())
        .addAllHashes(inclusion.path().stream().map(Hash::bytes).toList())
        .setCheckpoint(note)
        .setTlogProof(tlogProof(inclusion, note, leaf))
        .build();
  }

  static Checkpoint toApi(SignedCheckpoint head) {
    return Checkpoint.newBuilder()
        .setNote(head.note().toStringUtf8())
        .setOrigin(head.checkpoint().origin())
        .setSize(head.checkpoint().size())
        .setRoot(head.checkpoint().root().bytes())
        .build();
  }

  /*
   * c2sp.org/tlog-proof@v1
   * extra <base64 of the leaf>
   * index <decimal>
   * <base64 hash> …
   *
   * <checkpoint>
   */
  private static String tlogProof(InclusionProof inclusion, String note, ByteString leaf) {
    StringBuilder text = new StringBuilder("c2sp.org/tlog-proof@v1\n");
    text.append("extra ").append(BASE64.encodeToString(leaf.toByteArray())).append('\n');
    text.append("index ").append(inclusion.index()).append('\n');
    for (Hash hash : inclusion.path()) {
      text.append(BASE64.encodeToString(hash.bytes().toByteArray())).append('\n');
    }
    return text.append('\n').append(note).toString();
  }
}
