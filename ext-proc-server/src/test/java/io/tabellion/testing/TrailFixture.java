package io.tabellion.testing;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.identity.Caller;
import io.tabellion.pin.Pins;
import io.tabellion.state.MemoryState;
import io.tabellion.state.SharedState;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import io.tabellion.stop.Traffic;
import io.tabellion.trail.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A log in memory with its index, pins and the trail over them, without an edge. */
public final class TrailFixture implements AutoCloseable {
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T06:00:00Z"));
  private final MemoryAuditLog log = new MemoryAuditLog(clock);
  private final SearchIndex index;
  private final Pins pins;
  private final SharedState state;
  private final Trail trail;
  private volatile Traffic traffic = Traffic.NONE;

  private final Traffic open =
      new Traffic() {
        @Override
        public int end(Stop stop) {
          return traffic.end(stop);
        }

        @Override
        public List<Caller> matching(Selector selector) {
          return traffic.matching(selector);
        }
      };

  /** One whose index follows the log. */
  public TrailFixture(Path directory) throws IOException {
    this(directory, true);
  }

  /**
   * @param directory of the index
   * @param follows whether the index follows the log, or lags behind all that comes
   */
  public TrailFixture(Path directory, boolean follows) throws IOException {
    index = SearchIndex.open(directory, log, Samples.HASH);
    if (follows) {
      index.follow();
    }
    state = new MemoryState(clock);
    pins = SamplePins.empty(clock, state);
    trail = over(log);
  }

  /** Another trail of the same, whose entries about readings go to that log; to be closed. */
  public Trail over(AuditLog appended) {
    var stops =
        new StopSwitch(new Stops(state), open, text -> text.replace("secret", "[X]"), clock);
    return new Trail(
        new Trail.Source(
            appended, log, index, Samples.HASH, pins, SampleOffice.of(appended, clock), stops),
        clock);
  }

  /** From now on these exchanges are open. */
  public void traffic(Traffic now) {
    traffic = now;
  }

  /** What operators stopped. */
  public Stops stops() {
    return new Stops(state);
  }

  public ManualClock clock() {
    return clock;
  }

  public MemoryAuditLog log() {
    return log;
  }

  public Pins pins() {
    return pins;
  }

  public Trail trail() {
    return trail;
  }

  @Override
  public void close() {
    trail.close();
    index.close();
  }
}
