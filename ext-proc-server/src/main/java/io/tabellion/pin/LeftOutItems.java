package io.tabellion.pin;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The items that were left out of lists since the start, the newest sight of each. Only for
 * operators to look at; the audit log holds the evidence.
 *
 * <p>Thread-safe; never blocks for long.
 */
public final class LeftOutItems {
  /** So many of one process are remembered; a server that has more shows nothing new by them. */
  private static final int MOST = 10_000;

  private final Map<Key, LeftOut> items = new ConcurrentHashMap<>();

  private record Key(String server, String kind, String name) {}

  /** Remembers that an item was left out. */
  public void add(LeftOut item) {
    Key key = new Key(item.server(), item.kind(), item.name());
    if (items.size() < MOST || items.containsKey(key)) {
      items.put(key, item);
    }
  }

  /**
   * Forgets an item, for it is shown now.
   *
   * @param name as {@link LeftOut#name} has it
   */
  public void shown(String server, String kind, String name) {
    if (!items.isEmpty()) {
      items.remove(new Key(server, kind, name));
    }
  }

  /** Whether nothing is left out. */
  public boolean isEmpty() {
    return items.isEmpty();
  }

  /** All of them, by server, kind and name. */
  public List<LeftOut> list() {
    return items.values().stream()
        .sorted(
            Comparator.comparing(LeftOut::server)
                .thenComparing(LeftOut::kind)
                .thenComparing(LeftOut::name))
        .toList();
  }
}
