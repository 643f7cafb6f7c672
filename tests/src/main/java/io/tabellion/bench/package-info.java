/** {@code ./tabellion bench}: what a judged and recorded call costs, beside calls that are not. */
@NullMarked
package io.tabellion.bench;

import org.jspecify.annotations.NullMarked;
