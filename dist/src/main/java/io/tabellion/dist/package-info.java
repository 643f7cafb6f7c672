/** Makes what people install: images for containers, and releases for a machine without Maven. */
@NullMarked
package io.tabellion.dist;

import org.jspecify.annotations.NullMarked;
