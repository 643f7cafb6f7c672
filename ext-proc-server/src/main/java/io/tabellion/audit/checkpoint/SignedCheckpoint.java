package io.tabellion.audit.checkpoint;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * A checkpoint and the note that carries it, byte for byte.
 *
 * @param note as published, with all its signatures
 */
public record SignedCheckpoint(Checkpoint checkpoint, ByteString note) {

  /**
   * Opens a note: empty if it is malformed, not canonical, of another origin than the key's name,
   * or without exactly one good signature of {@code key}.
   */
  public static Optional<SignedCheckpoint> open(ByteString note, VerifierKey key) {
    return Note.parse(note)
        .filter(parsed -> parsed.isSignedBy(key))
        .flatMap(parsed -> Checkpoint.parse(parsed.text()))
        .filter(checkpoint -> checkpoint.origin().equals(key.name()))
        .map(checkpoint -> new SignedCheckpoint(checkpoint, note));
  }

  /**
   * Reads a note without looking at its signatures; for heads that a later signed head covers.
   * Empty if it is malformed or not canonical.
   */
  public static Optional<SignedCheckpoint> openUnverified(ByteString note) {
    return Note.parse(note)
        .flatMap(parsed -> Checkpoint.parse(parsed.text()))
        .map(checkpoint -> new SignedCheckpoint(checkpoint, note));
  }
}
