/** Characters of texts that are to be replaced. */
@NullMarked
package io.tabellion.mask.edit;

import org.jspecify.annotations.NullMarked;
