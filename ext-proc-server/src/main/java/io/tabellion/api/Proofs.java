package io.tabellion.api;

import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.merkle.InclusionProof;
import io.tabellion.audit.v1.Checkpoint;
import io.tabellion.audit.v1.Proof;

/** Translates proofs and checkpoints. */
final class Proofs {
  private Proofs() {}

  static Proof toApi(io.tabellion.trail.Proof proof) {
    InclusionProof inclusion = proof.inclusion();
    return Proof.newBuilder()
        .setIndex(inclusion.index())
        .setTreeSize(inclusion.size())
        .addAllHashes(inclusion.path().stream().map(Hash::bytes).toList())
        .setCheckpoint(proof.head().note().toStringUtf8())
        .setTlogProof(proof.text())
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
}
