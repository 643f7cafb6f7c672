@NullMarked
package io.tabellion.stop;

import org.jspecify.annotations.NullMarked;
