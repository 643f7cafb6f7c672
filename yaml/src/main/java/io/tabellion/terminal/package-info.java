/** What the programs say to whoever typed a command: mistakes in one line, no stack traces. */
@NullMarked
package io.tabellion.terminal;

import org.jspecify.annotations.NullMarked;
