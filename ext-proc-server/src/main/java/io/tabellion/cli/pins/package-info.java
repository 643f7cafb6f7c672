/** {@code ./tabellion pins}: what tools say of themselves, and what of it is accepted. */
@NullMarked
package io.tabellion.cli.pins;

import org.jspecify.annotations.NullMarked;
