package io.tabellion.budget;

import io.tabellion.state.Change;
import io.tabellion.state.Key;
import io.tabellion.state.StaleException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Takes something out of a budget.
 *
 * <p>Immutable and thread-safe.
 *
 * @param budget the whole one
 * @param calls that are taken; negative ones are given back
 * @param bytes likewise
 * @param onlyIfLeft whether it is made only where so much is left; else into debt if need be
 */
record Spending(
    Key<Left> key, Budget budget, long calls, long bytes, Instant at, boolean onlyIfLeft)
    implements Change<Left> {

  @Override
  public @Nullable Left made(@Nullable Left before) {
    Left left = Left.now(budget, before, at);
    if (onlyIfLeft && !left.has(calls, bytes)) {
      throw new StaleException(key.kind().word());
    }
    return remembered(left.without(calls, bytes));
  }

  @Override
  public @Nullable Left undone(@Nullable Left now) {
    return now == null ? null : remembered(now.without(-calls, -bytes));
  }

  private @Nullable Left remembered(Left left) {
    return left.isAll(at) ? null : left;
  }
}
