@NullMarked
package io.tabellion.xds.snapshot;

import org.jspecify.annotations.NullMarked;
