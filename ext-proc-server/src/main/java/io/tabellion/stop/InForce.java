package io.tabellion.stop;

import io.tabellion.identity.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stops that were set and have no end in the log, the oldest first.
 *
 * <p>Immutable and thread-safe.
 */
public record InForce(List<Stop> stops) {
  public static final InForce NONE = new InForce(List.of());

  public InForce {
    stops = List.copyOf(stops);
  }

  /** The stop of this id. */
  public Optional<Stop> named(String id) {
    return stops.stream().filter(stop -> stop.id().equals(id)).findFirst();
  }

  InForce with(Stop stop) {
    List<Stop> more = new ArrayList<>(stops);
    more.add(stop);
    return new InForce(more);
  }

  InForce without(String id) {
    return new InForce(stops.stream().filter(stop -> !stop.id().equals(id)).toList());
  }

  /**
   * Returns the oldest stop that stops a message; null if none does.
   *
   * @param server name of the MCP server
   * @param tools that the message calls; none if it calls none
   */
  public @Nullable Stop find(Caller caller, String server, Collection<String> tools, Instant now) {
    for (Stop stop : stops) {
      if (stop.holds(now) && stop.selector().matches(caller, server, tools)) {
        return stop;
      }
    }
    return null;
  }
}
