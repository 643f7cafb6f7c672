/** The edge: serves snapshots over ADS. */
@NullMarked
package io.tabellion.xds.server;

import org.jspecify.annotations.NullMarked;
