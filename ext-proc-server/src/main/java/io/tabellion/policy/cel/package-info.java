/** Conditions in CEL: compiled once, with types, and evaluated within limits. */
@NullMarked
package io.tabellion.policy.cel;

import org.jspecify.annotations.NullMarked;
