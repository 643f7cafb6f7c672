/** {@code ./tabellion stop}: the stop switch, for people in a hurry. */
@NullMarked
package io.tabellion.cli.stop;

import org.jspecify.annotations.NullMarked;
