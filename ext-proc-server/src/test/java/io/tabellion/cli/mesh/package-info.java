/** Tests of {@code ./tabellion mesh}. */
@NullMarked
package io.tabellion.cli.mesh;

import org.jspecify.annotations.NullMarked;
