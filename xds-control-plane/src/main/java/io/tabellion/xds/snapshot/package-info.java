/** From routes to the Envoy configuration that serves them: a pure function. */
@NullMarked
package io.tabellion.xds.snapshot;

import org.jspecify.annotations.NullMarked;
