/** Long work in turns, so that nobody's long message stops another's short one. */
@NullMarked
package io.tabellion.pace;

import org.jspecify.annotations.NullMarked;
