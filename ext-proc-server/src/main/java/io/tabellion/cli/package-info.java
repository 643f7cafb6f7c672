/**
 * EDGE. What {@code ./tabellion} runs: one class a verb, thin over the packages that do the work.
 */
@NullMarked
package io.tabellion.cli;

import org.jspecify.annotations.NullMarked;
