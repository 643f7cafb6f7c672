/** Fakes that also assert, a clock that is set by hand, in-process peers. */
@NullMarked
package io.tabellion.testing;

import org.jspecify.annotations.NullMarked;
