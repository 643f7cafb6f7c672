package io.tabellion.trail;

import io.tabellion.audit.index.Stop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * A reader with one question under way: who they are, the place that they take, how long their
 * searches may take, and whether they still wait. {@link Trail#enter} and {@link
 * Trail#enterToFollow} give it; each use case takes it.
 *
 * <p>Thread-safe. Closing it gives the place back; once the answer was sent, not before.
 */
public final class Visit implements AutoCloseable {
  private final Admission admission;
  private final Reader reader;
  private final BooleanSupplier gone;
  private final AtomicBoolean left = new AtomicBoolean();

  private Visit(Admission admission, Reader reader, BooleanSupplier gone) {
    this.admission = admission;
    this.reader = reader;
    this.gone = gone;
  }

  /** Takes a place, and so makes a visit. */
  static Visit begin(Admission admission, Reader reader, BooleanSupplier gone) {
    admission.take(reader);
    return new Visit(admission, reader, gone);
  }

  /**
   * Returns the permit to do what needs this right.
   *
   * @throws TrailException {@code DENIED} if the role does not suffice
   */
  Permit permit(Right right) {
    return Permit.of(this, right);
  }

  Reader reader() {
    return reader;
  }

  /**
   * Checks that the reader still is somebody; for what lasts.
   *
   * @throws TrailException {@code UNAUTHENTICATED} if not
   */
  void checkNotExpired() {
    admission.checkNotExpired(reader);
  }

  /** Whether the reader does not wait any more. */
  boolean gone() {
    return gone.getAsBoolean();
  }

  /** Returns when to end what begins now. */
  Stop stop() {
    Duration longest = admission.longest();
    if (longest == null) {
      return gone::getAsBoolean;
    }
    long end = System.nanoTime() + longest.toNanos();
    return () -> gone.getAsBoolean() || System.nanoTime() - end > 0;
  }

  /** Returns why reading was stopped. */
  TrailException stopped() {
    Duration longest = admission.longest();
    return gone() || longest == null
        ? TrailException.cancelled()
        : TrailException.of(
            TrailException.Code.TOO_LONG,
            "search: stopped after %d s (expected: a narrower question, such as a shorter range of"
                    .formatted(longest.toSeconds())
                + " time or one more filter)");
  }

  @Override
  public void close() {
    if (left.compareAndSet(false, true)) {
      admission.leave(reader);
    }
  }
}
