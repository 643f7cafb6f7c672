/** What messages of a stream leave for those behind them: a value may be cut between two. */
@NullMarked
package io.tabellion.mask.stream;

import org.jspecify.annotations.NullMarked;
