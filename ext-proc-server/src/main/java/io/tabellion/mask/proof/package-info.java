/** Commitments to what was masked, and the places they are bound to. */
@NullMarked
package io.tabellion.mask.proof;

import org.jspecify.annotations.NullMarked;
