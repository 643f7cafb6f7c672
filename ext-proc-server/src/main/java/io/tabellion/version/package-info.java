/** The version of the product. */
@NullMarked
package io.tabellion.version;

import org.jspecify.annotations.NullMarked;
