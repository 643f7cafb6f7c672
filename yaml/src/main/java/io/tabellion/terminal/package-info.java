/**
 * What the programs say on a terminal: mistakes in one line, and texts of others made fit for it.
 */
@NullMarked
package io.tabellion.terminal;

import org.jspecify.annotations.NullMarked;
