@NullMarked
package io.tabellion.mask.find;

import org.jspecify.annotations.NullMarked;
