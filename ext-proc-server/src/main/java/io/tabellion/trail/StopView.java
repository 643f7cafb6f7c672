package io.tabellion.trail;

import io.tabellion.stop.Stop;

/**
 * A stop as readers see it.
 *
 * @param refused messages that it refused so far
 */
public record StopView(Stop stop, long refused) {}
