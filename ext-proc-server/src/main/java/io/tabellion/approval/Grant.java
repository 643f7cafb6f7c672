package io.tabellion.approval;

import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.state.Changes;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The right of one call to leave: used by the entry that says so, together with that of the call.
 * Where another took it first, committing both fails.
 *
 * <p>Immutable and thread-safe.
 *
 * @param approval the id of the request
 * @param window the id of the grant for further calls; null if the call is the one that was
 *     approved
 */
public record Grant(
    String approval, @Nullable String window, BiFunction<EntryId, Changes, Entry> use) {

  /**
   * Uses it.
   *
   * @param intent entry of the call
   * @param changes where the use is added
   * @return the entry that is to be appended with that of the call
   */
  public Entry consume(EntryId intent, Changes changes) {
    return use.apply(intent, changes);
  }
}
