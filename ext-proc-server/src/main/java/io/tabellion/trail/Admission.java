package io.tabellion.trail;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets readers in: so many questions at a time of one reader and of all. Who asks too much is
 * refused at once and waits for nothing.
 *
 * <p>Thread-safe.
 */
final class Admission {
  private final String what;
  private final int most;
  private final @Nullable Duration longest;
  private final InstantSource clock;
  private final Seats seats;
  private final Semaphore free;

  /**
   * @param what is asked, in the plural, for messages
   * @param each of one reader at one time
   * @param most of all at one time
   * @param longest that the searches of one may take; null for no limit
   */
  Admission(String what, int each, int most, @Nullable Duration longest, InstantSource clock) {
    this.what = what;
    this.most = most;
    this.longest = longest;
    this.clock = clock;
    this.seats = new Seats(what, each);
    this.free = new Semaphore(most);
  }

  /**
   * Lets a reader in; closing the visit gives the place back.
   *
   * @param gone whether the reader does not wait for the answer any more; asked often, so it must
   *     be cheap
   * @throws TrailException if the reader expired, or too much is under way
   */
  Visit enter(Reader reader, BooleanSupplier gone) {
    return Visit.begin(this, reader, gone);
  }

  void take(Reader reader) {
    reader.checkNotExpired(clock.instant());
    seats.take(reader);
    if (!free.tryAcquire()) {
      seats.leave(reader);
      throw TrailException.of(
          TrailException.Code.EXHAUSTED,
          "%s: too many at once (expected: at most %d; ask again later)".formatted(what, most));
    }
  }

  void leave(Reader reader) {
    free.release();
    seats.leave(reader);
  }

  /**
   * Checks that a reader still is somebody.
   *
   * @throws TrailException if not
   */
  void checkNotExpired(Reader reader) {
    reader.checkNotExpired(clock.instant());
  }

  @Nullable Duration longest() {
    return longest;
  }
}
