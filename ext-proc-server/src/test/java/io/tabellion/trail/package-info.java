@NullMarked
package io.tabellion.trail;

import org.jspecify.annotations.NullMarked;
