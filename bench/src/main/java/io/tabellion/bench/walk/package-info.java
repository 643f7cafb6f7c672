/** What one message costs on its way down the line, step by step. */
@NullMarked
package io.tabellion.bench.walk;

import org.jspecify.annotations.NullMarked;
