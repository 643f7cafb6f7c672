/** {@code ./tabellion mesh}: manifests for a service mesh. */
@NullMarked
package io.tabellion.cli.mesh;

import org.jspecify.annotations.NullMarked;
