@NullMarked
package io.tabellion.mask;

import org.jspecify.annotations.NullMarked;
