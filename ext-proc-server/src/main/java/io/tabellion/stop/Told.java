package io.tabellion.stop;

import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What entries of a log tell of stops, read in their order: those that have no end, where they were
 * set, and how many messages each refused.
 *
 * <p>Not thread-safe.
 */
final class Told {
  private final Map<String, Open> open = new LinkedHashMap<>();

  /**
   * A stop without an end.
   *
   * @param entry index of the entry that set it
   * @param refused messages whose entries name it
   */
  record Open(Stop stop, long entry, long refused) {}

  /**
   * Takes an entry that set a stop, and how many messages it refused up to where the reading goes
   * on.
   *
   * @throws IllegalArgumentException if it does not set one
   */
  void begin(StoredEntry entry, long refused) {
    Stop stop = StopEntries.read(entry.leaf());
    open.put(stop.id(), new Open(stop, entry.index(), refused));
  }

  /**
   * Takes the next entry. Returns whether it tells something.
   *
   * @throws IllegalArgumentException if it sets a stop that this version does not understand
   */
  boolean tell(StoredEntry entry) {
    EntryKind kind = entry.leaf().kind();
    return switch (kind) {
      case STOP_SET -> {
        begin(entry, 0);
        yield true;
      }
      case STOP_LIFTED, STOP_ENDED -> open.remove(named(entry)) != null;
      case CALL_INTENT -> !open.isEmpty() && refused(entry);
      default -> false;
    };
  }

  private static String named(StoredEntry entry) {
    return Objects.requireNonNullElse(entry.leaf().facts().text(Fact.STOP), "");
  }

  private boolean refused(StoredEntry entry) {
    return open.computeIfPresent(
            named(entry), (_, was) -> new Open(was.stop(), was.entry(), was.refused() + 1))
        != null;
  }

  /** Stops without an end, the oldest first. */
  List<Open> open() {
    return new ArrayList<>(open.values());
  }

  boolean knows(Stop stop) {
    return open.containsKey(stop.id());
  }

  boolean isEmpty() {
    return open.isEmpty();
  }
}
