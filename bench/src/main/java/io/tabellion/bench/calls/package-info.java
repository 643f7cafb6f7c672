/** What a judged and recorded call costs, beside calls that are not, and beside searches. */
@NullMarked
package io.tabellion.bench.calls;

import org.jspecify.annotations.NullMarked;
