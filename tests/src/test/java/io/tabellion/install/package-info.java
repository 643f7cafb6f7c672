/** What people install: images, releases, the Compose file. */
@NullMarked
package io.tabellion.install;

import org.jspecify.annotations.NullMarked;
