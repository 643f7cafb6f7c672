/** {@code ./tabellion mask} and {@code ./tabellion detectors}. */
@NullMarked
package io.tabellion.cli.mask;

import org.jspecify.annotations.NullMarked;
