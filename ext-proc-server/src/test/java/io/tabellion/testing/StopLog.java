package io.tabellion.testing;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.Entry;
import io.tabellion.state.Changes;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import io.tabellion.stop.StopEntries;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import io.tabellion.stop.Traffic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operator with a switch, whose stops are entered as the trail enters them. */
public final class StopLog {
  private final StopSwitch operated;
  private final AuditLog log;
  private final InstantSource clock;

  public StopLog(Stops stops, Traffic traffic, AuditLog log, InstantSource clock) {
    this.operated = new StopSwitch(stops, traffic, text -> text, clock);
    this.log = log;
    this.clock = clock;
  }

  /** Sets a stop, and ends what is open of it. */
  public Stop set(Selector selector, @Nullable Duration lasting) throws InterruptedException {
    Stop stop = operated.make(selector, "ticket 4711", "ops", lasting);
    Changes changes = operated.stops().changes();
    Stops.set(stop, changes);
    commit(changes, StopEntries.set(stop, null, clock));
    operated.end(stop);
    return stop;
  }

  /** Lifts a stop; returns how many messages it refused. */
  public long lift(Stop stop) throws InterruptedException {
    long refused = operated.stops().refused(stop.id());
    Changes changes = operated.stops().changes();
    Stops.end(stop, refused, changes);
    commit(changes, StopEntries.lifted(stop, "ops", refused, clock));
    return refused;
  }

  private void commit(Changes changes, Entry entry) throws InterruptedException {
    operated.stops().state().commit(changes.list(), log, List.of(entry));
  }
}
