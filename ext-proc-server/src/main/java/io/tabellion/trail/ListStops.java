package io.tabellion.trail;

import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import java.util.List;

/**
 * Lists the stops that hold, the oldest first. One {@code access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class ListStops {
  private final Stops stops;
  private final Accesses accesses;

  ListStops(StopSwitch operated, Accesses accesses) {
    this.stops = operated.stops();
    this.accesses = accesses;
  }

  /** Lists them. */
  public Shown<List<StopView>> ask(Visit visit) throws InterruptedException {
    Permit permit = visit.permit(Right.READ);
    List<StopView> views =
        stops.look().stops().stream()
            .map(stop -> new StopView(stop, stops.refused(stop.id())))
            .toList();
    return accesses.read(permit, "stops shown=" + views.size(), List.of()).shows(views);
  }
}
