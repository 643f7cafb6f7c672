@NullMarked
package io.tabellion.metrics;

import org.jspecify.annotations.NullMarked;
