/** Who may read a file with a secret. */
@NullMarked
package io.tabellion.permission;

import org.jspecify.annotations.NullMarked;
