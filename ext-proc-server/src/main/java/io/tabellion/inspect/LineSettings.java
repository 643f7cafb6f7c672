package io.tabellion.inspect;

import io.tabellion.budget.BudgetSettings;
import io.tabellion.mask.MaskSettings;

/**
 * What the line is told by the configuration; all of it needs a restart to change.
 *
 * @param largest what one message may bring
 * @param masking keys and tools of masking
 * @param budgets what callers and servers may bring to the log
 */
public record LineSettings(Largest largest, MaskSettings masking, BudgetSettings budgets) {}
