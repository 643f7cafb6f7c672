package io.tabellion.inspect;

import io.tabellion.budget.BudgetSettings;
import io.tabellion.mask.MaskSettings;
import io.tabellion.trace.Traces;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the line is told by the configuration; all of it needs a restart to change.
 *
 * @param largest what one message may bring
 * @param masking keys and tools of masking
 * @param budgets what callers and servers may bring to the log
 * @param spool where bodies lie while people decide about them
 * @param places by server, the listeners that its requests pass one after another; of other servers
 *     each listener is the only one
 * @param traces where spans of calls begin
 */
public record LineSettings(
    Largest largest,
    MaskSettings masking,
    BudgetSettings budgets,
    Spooling spool,
    Map<String, List<String>> places,
    Traces traces) {

  public LineSettings {
    places = Map.copyOf(places);
  }

  /**
   * Where bodies lie while people decide about them.
   *
   * @param folder of no others, which is emptied; null if they stay in memory
   * @param most bytes that may lie there at one time
   */
  public record Spooling(@Nullable Path folder, long most) {
    /** They stay in memory. */
    public static final Spooling NONE = new Spooling(null, 0);
  }

  /** Settings without traces. */
  public LineSettings(
      Largest largest,
      MaskSettings masking,
      BudgetSettings budgets,
      Spooling spool,
      Map<String, List<String>> places) {
    this(largest, masking, budgets, spool, places, Traces.NONE);
  }

  /** Settings by which bodies stay in memory. */
  public LineSettings(Largest largest, MaskSettings masking, BudgetSettings budgets) {
    this(largest, masking, budgets, Spooling.NONE, Map.of());
  }
}
