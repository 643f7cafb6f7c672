/** The port for traces of calls. */
@NullMarked
package io.tabellion.trace;

import org.jspecify.annotations.NullMarked;
