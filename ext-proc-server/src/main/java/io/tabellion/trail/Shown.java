package io.tabellion.trail;

import io.tabellion.audit.checkpoint.SignedCheckpoint;
import java.util.Objects;

/**
 * An answer that may leave: the entry about it is durable.
 *
 * @param <A> what is shown
 */
public final class Shown<A> {
  private final A answer;

  private Shown(A answer) {
    this.answer = answer;
  }

  /** What a durable entry tells of. */
  static <A> Shown<A> of(Recorded recorded, A answer) {
    Objects.requireNonNull(recorded, "recorded");
    return new Shown<>(answer);
  }

  /** The one thing that needs no entry: a signed head says nothing of what was recorded. */
  static Shown<SignedCheckpoint> unrecorded(Permit permit, SignedCheckpoint head) {
    Objects.requireNonNull(permit, "permit");
    return new Shown<>(head);
  }

  public A answer() {
    return answer;
  }
}
