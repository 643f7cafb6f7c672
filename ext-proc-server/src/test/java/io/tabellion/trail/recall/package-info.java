@NullMarked
package io.tabellion.trail.recall;

import org.jspecify.annotations.NullMarked;
