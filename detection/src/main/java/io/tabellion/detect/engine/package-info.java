/**
 * The engine of detection: what a detector declares, and the one pass over a text that serves all
 * of them. Imports nothing of ours.
 */
@NullMarked
package io.tabellion.detect.engine;

import org.jspecify.annotations.NullMarked;
