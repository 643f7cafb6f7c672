/** Our readers against test cases of others. */
@NullMarked
package io.tabellion.interop;

import org.jspecify.annotations.NullMarked;
