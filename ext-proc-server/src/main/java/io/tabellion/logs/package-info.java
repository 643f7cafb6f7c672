/** The lines that the server writes about itself. */
@NullMarked
package io.tabellion.logs;

import org.jspecify.annotations.NullMarked;
