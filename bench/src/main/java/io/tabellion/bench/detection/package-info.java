/** How well and how fast detection is, measured. */
@NullMarked
package io.tabellion.bench.detection;

import org.jspecify.annotations.NullMarked;
