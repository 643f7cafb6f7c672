/** Tests of the web console. */
@NullMarked
package io.tabellion.console;

import org.jspecify.annotations.NullMarked;
