/** EDGE. Traces of calls, for a collector that speaks OTLP. */
@NullMarked
package io.tabellion.telemetry;

import org.jspecify.annotations.NullMarked;
