/** The walk over one tree that finds what is to be masked. */
@NullMarked
package io.tabellion.mask.find;

import org.jspecify.annotations.NullMarked;
