/** What masking costs. */
@NullMarked
package io.tabellion.bench.masking;

import org.jspecify.annotations.NullMarked;
