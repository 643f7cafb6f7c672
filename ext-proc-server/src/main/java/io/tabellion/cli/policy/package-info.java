/** {@code ./tabellion policy}: reads policy files and says what is wrong with them. */
@NullMarked
package io.tabellion.cli.policy;

import org.jspecify.annotations.NullMarked;
