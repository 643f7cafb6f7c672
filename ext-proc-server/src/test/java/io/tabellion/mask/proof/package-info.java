@NullMarked
package io.tabellion.mask.proof;

import org.jspecify.annotations.NullMarked;
