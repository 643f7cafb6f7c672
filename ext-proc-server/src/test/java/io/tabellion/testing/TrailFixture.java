package io.tabellion.testing;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.pin.Pins;
import io.tabellion.trail.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** A log in memory with its index, pins and the trail over them, without an edge. */
public final class TrailFixture implements AutoCloseable {
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T06:00:00Z"));
  private final MemoryAuditLog log = new MemoryAuditLog(clock);
  private final SearchIndex index;
  private final Pins pins;
  private final Trail trail;

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
    pins = SamplePins.empty(clock);
    trail = over(log);
  }

  /** Another trail of the same, whose entries about readings go to that log; to be closed. */
  public Trail over(AuditLog appended) {
    return new Trail(
        new Trail.Source(
            appended, log, index, Samples.HASH, pins, SampleOffice.of(appended, clock)),
        clock);
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
