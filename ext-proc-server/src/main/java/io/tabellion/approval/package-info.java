/**
 * The step settle with its ticket: what a person must decide about, what binds the decision, how a
 * call waits for it and what ends the wait.
 */
@NullMarked
package io.tabellion.approval;

import org.jspecify.annotations.NullMarked;
