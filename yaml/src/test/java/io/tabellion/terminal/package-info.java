@NullMarked
package io.tabellion.terminal;

import org.jspecify.annotations.NullMarked;
