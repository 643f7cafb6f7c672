package io.tabellion.budget;

/**
 * How much may be brought to the log.
 *
 * @param caller by each caller
 * @param server by all callers of an MCP server together
 */
public record BudgetSettings(Budget caller, Budget server) {

  /** What applies where nothing is configured. */
  public static final BudgetSettings DEFAULTS =
      new BudgetSettings(new Budget(600_000, 32L << 30), new Budget(6_000_000, 256L << 30));
}
