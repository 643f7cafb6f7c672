@NullMarked
package io.tabellion.mask.made;

import org.jspecify.annotations.NullMarked;
