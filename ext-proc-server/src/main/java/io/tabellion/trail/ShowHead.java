package io.tabellion.trail;

import io.tabellion.audit.checkpoint.SignedCheckpoint;

/**
 * Shows the newest signed head. No entry is due: it says nothing of what was recorded, and with a
 * full disk it can still be kept.
 *
 * <p>Thread-safe.
 */
public final class ShowHead {
  private final ReadingRoom room;

  ShowHead(ReadingRoom room) {
    this.room = room;
  }

  /** Shows it. */
  public Shown<SignedCheckpoint> ask(Visit visit) {
    Permit permit = visit.permit(Right.READ);
    return Shown.unrecorded(permit, room.head(permit));
  }
}
