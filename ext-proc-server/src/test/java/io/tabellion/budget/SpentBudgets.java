package io.tabellion.budget;

import io.tabellion.state.SharedState;
import java.time.InstantSource;

/** Budgets that others spent. */
public final class SpentBudgets {
  private SpentBudgets() {}

  /** Other callers bring all that a server may be brought in a minute, of the default budgets. */
  public static void of(String server, SharedState state, InstantSource clock) {
    Budgets budgets = new Budgets(BudgetSettings.DEFAULTS, state, clock);
    long most = BudgetSettings.DEFAULTS.caller().bytes();
    for (long left = BudgetSettings.DEFAULTS.server().bytes(); left > 0; left -= most) {
      budgets.take("caller " + left, server, most);
    }
  }
}
