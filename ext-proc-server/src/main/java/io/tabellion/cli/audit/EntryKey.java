package io.tabellion.cli.audit;

import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.trail.ShowEntry;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it is named on the command line: by its index in the log, or by its id.
 *
 * @param index from 0, null if the id names it
 * @param id a UUID; empty if the index names it
 */
public record EntryKey(@Nullable Long index, String id) {

  /**
   * Reads what was typed.
   *
   * @throws CliException if it is neither
   */
  public static EntryKey parse(String text) {
    if (text.matches("[0-9]{1,18}")) {
      return new EntryKey(Long.valueOf(text), "");
    }
    try {
      return new EntryKey(null, UUID.fromString(text).toString());
    } catch (IllegalArgumentException e) {
      throw new CliException(
          "INDEX|ID: "
              + text
              + " (expected an index of the log such as 12, or the id of an entry as audit search"
              + " --json shows it)",
          e);
    }
  }

  /** Returns the same as the trail has it. */
  public ShowEntry.Key toKey() {
    return index == null ? new ShowEntry.Key.Id(id) : new ShowEntry.Key.Index(index);
  }

  /** Returns a request for it. */
  public GetEntryRequest.Builder request() {
    GetEntryRequest.Builder request = GetEntryRequest.newBuilder();
    return index == null ? request.setId(id) : request.setIndex(index);
  }
}
