/**
 * Approvals: what a person must decide about, what binds the decision, how a call waits for it and
 * what ends the wait; the requests, their states and steps, and who may decide.
 */
@NullMarked
package io.tabellion.approval;

import org.jspecify.annotations.NullMarked;
