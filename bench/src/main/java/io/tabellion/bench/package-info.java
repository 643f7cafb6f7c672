/** {@code ./tabellion bench}: which benchmarks there are. */
@NullMarked
package io.tabellion.bench;

import org.jspecify.annotations.NullMarked;
