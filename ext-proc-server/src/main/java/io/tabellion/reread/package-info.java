/** Files that are read again when they change. */
@NullMarked
package io.tabellion.reread;

import org.jspecify.annotations.NullMarked;
