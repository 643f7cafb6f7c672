/** What stands in the place of values: hashes, pseudonyms, tokens and what has the same form. */
@NullMarked
package io.tabellion.mask.made;

import org.jspecify.annotations.NullMarked;
